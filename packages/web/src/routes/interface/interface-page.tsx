import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { CoveredHours } from '../../panels/covered-hours';
import { Notice } from '../../panels/notice';
import { Question } from '../../panels/question';
import { ScreenHead } from '../../panels/screen-head';
import { useChange } from '../../panels/use-change';
import { useScreen } from '../../panels/use-screen';
import { useTitle } from '../../panels/use-title';
import { interfaceDetail } from '../../query/interfaces';
import { useNow } from '../../range/use-now';
import type { InterfaceSearch } from '../address';
import { KeyFigures } from './key-figures';
import { MessageTable } from './message-table';
import { RecordsPanel } from './records-panel';
import { TrendPanel } from './trend-panel';
import { VersionTable } from './version-table';

const route = getRouteApi('/signed-in/apps/$app/interfaces/$name');

export function InterfacePage() {
  const { name } = route.useParams();
  // Another interface is another screen: none of the old one's figures may stay in sight meanwhile.
  return <OneInterface key={name} name={name} />;
}

function OneInterface({ name }: { name: string }) {
  const copy = useCopy();
  const address = route.useSearch();
  const nowMs = useNow();
  const { app, asked, filters, grain } = useScreen(address);
  const detail = useQuery(interfaceDetail(app.appid, name, { ...asked, filters, grain }));
  const { view, scale, user, ip, outcome, page, ...kept } = address;
  useTitle(name, app.name);

  const change = useChange<InterfaceSearch>();

  return (
    <>
      <ScreenHead
        title={
          <div>
            <Link to="/apps/$app/interfaces" params={{ app: app.appid }} search={kept}>
              ← {copy.list.title}
            </Link>
            <h1 className="mono">{name}</h1>
          </div>
        }
        address={address}
        onChange={(changed) => change({ ...changed, page: undefined })}
      />
      <Question of={detail} lines={12}>
        {(answer) =>
          answer.summary.calls === 0 ? (
            <div className="panel">
              <Notice title={copy.detail.emptyTitle}>{copy.detail.empty}</Notice>
            </div>
          ) : (
            <>
              <CoveredHours range={answer.range} />
              <KeyFigures summary={answer.summary} />
              <TrendPanel name={name} detail={answer} view={view} scale={scale} nowMs={nowMs} onChange={change} />
              <VersionTable versions={answer.versions} />
              <MessageTable messages={answer.messages} />
              <RecordsPanel name={name} asked={asked} address={address} onChange={change} />
            </>
          )
        }
      </Question>
    </>
  );
}
