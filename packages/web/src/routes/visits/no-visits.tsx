import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { NoEventYet } from '../../panels/no-event-yet';
import { Notice } from '../../panels/notice';

/** Nothing to show: the agent is not there yet, or nobody came. */
export function NoVisits({ title }: { title?: string }) {
  const { visits } = useCopy();
  const { lastEventAt } = useApp();
  return (
    <div className="panel">
      {lastEventAt === null ? <NoEventYet /> : <Notice title={title ?? visits.emptyTitle}>{visits.empty}</Notice>}
    </div>
  );
}
