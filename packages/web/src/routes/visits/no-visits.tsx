import { Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Notice } from '../../panels/notice';

/** Nothing to show: the agent is not there yet, or nobody came. */
export function NoVisits({ title }: { title?: string }) {
  const { visits, list } = useCopy();
  const { appid, lastEventAt } = useApp();
  return (
    <div className="panel">
      {lastEventAt === null ? (
        <Notice
          title={list.firstTitle}
          action={
            <Link to="/apps/$app/install" params={{ app: appid }}>
              {list.toInstall} →
            </Link>
          }
        >
          {list.first}
        </Notice>
      ) : (
        <Notice title={title ?? visits.emptyTitle}>{visits.empty}</Notice>
      )}
    </div>
  );
}
