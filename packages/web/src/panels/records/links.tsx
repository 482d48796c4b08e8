import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../app-context';
import type { ScreenSearch } from '../screen-head';

/** To everything one session did. */
export function SessionLink({ session, children }: { session: string; children?: ReactNode }) {
  const { people } = useCopy();
  const { appid } = useApp();
  return (
    <Link
      {...(children === undefined ? { className: 'mono' } : { title: people.openSession })}
      to="/apps/$app/sessions/$session"
      params={{ app: appid, session }}
    >
      {children ?? session}
    </Link>
  );
}

/** To one user and their sessions; range and filters may go along. */
export function UserLink({ user, search }: { user: string; search?: ScreenSearch }) {
  const { appid } = useApp();
  return (
    <Link className="mono" to="/apps/$app/users/$user" params={{ app: appid, user }} {...(search && { search })}>
      {user}
    </Link>
  );
}
