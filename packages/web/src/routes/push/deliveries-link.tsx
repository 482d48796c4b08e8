import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useApp } from '../../panels/app-context';
import type { PushSearch } from '../address';

const route = getRouteApi('/signed-in/apps/$app/push');

/** `id` of the panel of single deliveries. */
export const DELIVERIES = 'deliveries';

/** A number's way to the deliveries behind it. */
export function DeliveriesLink({ only, hint, children }: { only: PushSearch; hint: string; children: ReactNode }) {
  const { appid } = useApp();
  const { range, from, to, view } = route.useSearch();
  return (
    <Link
      to="/apps/$app/push"
      params={{ app: appid }}
      search={{ range, from, to, view, ...only }}
      hash={DELIVERIES}
      title={hint}
    >
      {children}
    </Link>
  );
}
