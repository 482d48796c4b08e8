import type { AppRole } from '@minilens/wire/accounts-api';
import { useQuery } from '@tanstack/react-query';
import { me } from '../query/account';
import { useApp } from './app-context';

/** What one may do with the app in sight. What a role may not do is not shown; the server refuses it anyway. */
export function useRole(): AppRole {
  const { appid } = useApp();
  const account = useQuery(me()).data;
  if (account?.isAdministrator) return 'owner';
  return account?.apps.find((each) => each.appid === appid)?.role ?? 'viewer';
}
