import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Button } from '../../panels/button';
import { NoEventYet } from '../../panels/no-event-yet';
import { Notice } from '../../panels/notice';

/** Nothing to list: the name matches none, the agent is not there yet, or nothing was called. */
export function NoInterfaces({ search, onClear }: { search: string | undefined; onClear: () => void }) {
  const { list } = useCopy();
  const { lastEventAt } = useApp();
  if (search) {
    return (
      <Notice title={list.noMatchTitle(search)} action={<Button onClick={onClear}>{list.clearSearch}</Button>}>
        {list.noMatch}
      </Notice>
    );
  }
  if (lastEventAt === null) return <NoEventYet />;
  return <Notice title={list.emptyTitle}>{list.empty}</Notice>;
}
