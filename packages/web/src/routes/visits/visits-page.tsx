import { getRouteApi, Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { ScreenHead } from '../../panels/screen-head';
import { useChange } from '../../panels/use-change';
import { useTitle } from '../../panels/use-title';
import type { VisitsSearch } from '../address';
import { LengthsTab } from './lengths-tab';
import { OnePage } from './one-page';
import { PagesTab } from './pages-tab';
import { RetentionTab } from './retention-tab';
import { SourcesTab } from './sources-tab';
import { TrendTab } from './trend-tab';
import { VisitTabs } from './visit-tabs';

const route = getRouteApi('/signed-in/apps/$app/visits');

export interface VisitTabProps {
  address: VisitsSearch;
  onChange: (changed: VisitsSearch) => void;
}

/** Who came, how often, from where, how long, and to which pages. */
export function VisitsPage() {
  const { visits } = useCopy();
  const app = useApp();
  const address = route.useSearch();
  const { show, of } = address;
  useTitle(of ?? visits.title, app.name);

  const change = useChange<VisitsSearch>();
  const tab = { address, onChange: change };

  return (
    <>
      <ScreenHead
        title={
          of === undefined ? (
            visits.title
          ) : (
            <div>
              <Link to="/apps/$app/visits" params={{ app: app.appid }} search={{ ...address, of: undefined }}>
                ← {visits.backToPages}
              </Link>
              <h1 className="mono">{of}</h1>
            </div>
          )
        }
        address={address}
        onChange={change}
        hasFilters={show !== 'retention'}
      />
      {of === undefined && <VisitTabs address={address} />}
      {show === undefined && <TrendTab {...tab} />}
      {show === 'sources' && <SourcesTab {...tab} />}
      {show === 'lengths' && <LengthsTab {...tab} />}
      {show === 'retention' && <RetentionTab {...tab} />}
      {/* Another page is another screen: none of the old one's figures may stay in sight meanwhile. */}
      {show === 'pages' && (of === undefined ? <PagesTab {...tab} /> : <OnePage key={of} page={of} {...tab} />)}
    </>
  );
}
