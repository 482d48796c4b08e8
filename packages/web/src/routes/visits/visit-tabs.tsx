import { Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { VISIT_TABS, type VisitsSearch } from '../address';

/** The parts of the screen, each with an address. Range, filters and grain go along. */
export function VisitTabs({ address }: { address: VisitsSearch }) {
  const { visits } = useCopy();
  const { appid } = useApp();
  return (
    <nav className="tabs" aria-label={visits.parts}>
      {[undefined, ...VISIT_TABS].map((show) => (
        <Link
          key={show ?? 'trend'}
          to="/apps/$app/visits"
          params={{ app: appid }}
          search={{ ...address, show }}
          aria-current={show === address.show ? 'page' : undefined}
          activeProps={{}}
          className={show === address.show ? 'tab tab-chosen' : 'tab'}
        >
          {visits.tabs[show ?? 'trend']}
        </Link>
      ))}
    </nav>
  );
}
