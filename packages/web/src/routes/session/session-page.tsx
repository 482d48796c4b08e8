import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Question } from '../../panels/question';
import { useChange } from '../../panels/use-change';
import { useFormat } from '../../panels/use-format';
import { useTitle } from '../../panels/use-title';
import { sessionDetail } from '../../query/records';
import type { SessionSearch } from '../address';
import { SessionFacts } from './session-facts';
import { TimeLine } from './time-line-panel';

const route = getRouteApi('/signed-in/apps/$app/sessions/$session');

/** One session: who, on what, and everything it did in its order. */
export function SessionPage() {
  const { people } = useCopy();
  const format = useFormat();
  const app = useApp();
  const { session: id } = route.useParams();
  const { show } = route.useSearch();
  const detail = useQuery(sessionDetail(app.appid, id));
  useTitle(`${people.session} ${id}`, app.name);

  const change = useChange<SessionSearch>();

  return (
    <>
      <div className="page-head">
        <div>
          {detail.data ? (
            <Link to="/apps/$app/users/$user" params={{ app: app.appid, user: detail.data.session.user }}>
              ← {people.user} {detail.data.session.user}
            </Link>
          ) : (
            <Link to="/apps/$app/users" params={{ app: app.appid }}>
              ← {people.title}
            </Link>
          )}
          <h1>
            {people.session} <span className="mono">{id}</span>
          </h1>
          {detail.data && (
            <p className="muted">
              {format.moment(detail.data.session.startAt)} – {format.time(detail.data.session.lastAt)} · {app.timezone}{' '}
              ·{' '}
              {people.lasted(
                format.value((detail.data.session.lastAt - detail.data.session.startAt) / 1_000, 'seconds'),
              )}
            </p>
          )}
        </div>
      </div>
      <Question of={detail} lines={14}>
        {(answer) => (
          <>
            <SessionFacts session={answer.session} />
            <TimeLine detail={answer} show={show} onChange={change} />
          </>
        )}
      </Question>
    </>
  );
}
