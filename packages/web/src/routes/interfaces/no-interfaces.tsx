import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Notice } from '../../panels/notice';

/** Nothing to list: the name matches none, the agent is not there yet, or nothing was called. */
export function NoInterfaces({ search, onClear }: { search: string | undefined; onClear: () => void }) {
  const { list } = useCopy();
  const { appid, lastEventAt } = useApp();
  if (search) {
    return (
      <Notice title={list.noMatchTitle(search)} action={<Button onClick={onClear}>{list.clearSearch}</Button>}>
        {list.noMatch}
      </Notice>
    );
  }
  if (lastEventAt === null) {
    return (
      <Notice
        title={list.firstTitle}
        action={
          <Link to="/apps/$app/settings/install" params={{ app: appid }}>
            {list.toInstall} →
          </Link>
        }
      >
        {list.first}
      </Notice>
    );
  }
  return <Notice title={list.emptyTitle}>{list.empty}</Notice>;
}
