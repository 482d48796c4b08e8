import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useApp } from './app-context';

/** Leads to what happened around an event. */
export function SessionLink({ session, children }: { session: string; children: ReactNode }) {
  const { appid } = useApp();
  const address: string = `/apps/${appid}/sessions/${session}`;
  return <Link to={address}>{children}</Link>;
}
