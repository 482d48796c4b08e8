import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Figure } from '../../panels/figure';
import { Figures } from '../../panels/figures';
import { Notice } from '../../panels/notice';
import { Question } from '../../panels/question';
import { SessionsPanel } from '../../panels/records/sessions-panel';
import { ScreenHead } from '../../panels/screen-head';
import { FIRST_PAGE, useChange } from '../../panels/use-change';
import { useFormat } from '../../panels/use-format';
import { useTitle } from '../../panels/use-title';
import { userDetail } from '../../query/records';
import type { UserSearch } from '../address';

const route = getRouteApi('/signed-in/apps/$app/users/$user');

export function UserPage() {
  const { user } = route.useParams();
  // Another user is another screen: none of the old one's facts may stay in sight meanwhile.
  return <OneUser key={user} user={user} />;
}

/** One installation of the Mini Program: who it said it is, and its sessions. */
function OneUser({ user }: { user: string }) {
  const { people, common } = useCopy();
  const format = useFormat();
  const app = useApp();
  const address = route.useSearch();
  const detail = useQuery(userDetail(app.appid, user));
  const { having, page, ...narrowed } = address;
  useTitle(user, app.name);

  const change = useChange<UserSearch>(FIRST_PAGE);
  const when = (instantMs: number | null) => (instantMs === null ? common.none : format.moment(instantMs));

  return (
    <>
      <ScreenHead
        title={
          <div>
            <Link to="/apps/$app/users" params={{ app: app.appid }} search={narrowed}>
              ← {people.title}
            </Link>
            <h1>
              {people.user} <span className="mono">{user}</span>
            </h1>
          </div>
        }
        address={address}
        onChange={change}
      />
      <Question of={detail} lines={4}>
        {({ openids, unionids, firstSessionAt, lastSessionAt, sessions }) => (
          <>
            <Figures label={people.facts}>
              <Figure name={people.sessions} meaning={people.keptSessions}>
                {format.count(sessions)}
              </Figure>
              <Figure name={people.firstSeen} meaning={people.firstSeenMeaning}>
                {when(firstSessionAt)}
              </Figure>
              <Figure name={people.lastSeen} meaning={people.lastSeenMeaning}>
                {when(lastSessionAt)}
              </Figure>
              <Ids name={people.openid} meaning={people.openidMeaning} ids={openids} />
              {unionids.length > 0 && <Ids name={people.unionid} meaning={people.openidMeaning} ids={unionids} />}
            </Figures>
            <SessionsPanel
              address={address}
              user={user}
              empty={<Notice title={people.noSessionsTitle}>{people.noUserSessions}</Notice>}
              onChange={change}
            />
          </>
        )}
      </Question>
    </>
  );
}

function Ids({ name, meaning, ids }: { name: string; meaning: string; ids: readonly string[] }) {
  const { people } = useCopy();
  return (
    <Figure name={name} meaning={meaning}>
      <span className="ids">
        {ids.length === 0 ? (
          <span className="muted">{people.notSaid}</span>
        ) : (
          ids.map((id) => (
            <span key={id} className="mono">
              {id}
            </span>
          ))
        )}
      </span>
    </Figure>
  );
}
