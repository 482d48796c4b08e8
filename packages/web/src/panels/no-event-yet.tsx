import { Link } from '@tanstack/react-router';
import { useCopy } from '../appearance/appearance';
import { useApp } from './app-context';
import { Notice } from './notice';

/** An app that nothing has been heard of: what is to be done first. */
export function NoEventYet() {
  const { list } = useCopy();
  const { appid } = useApp();
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
