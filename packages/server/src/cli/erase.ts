import type { Erased } from '@minilens/wire/report-api';
import type { Client } from './client.js';

export interface EraseOptions {
  app: string;
  user?: string;
  openid?: string;
  json?: boolean;
}

/** Removes all that is stored of one user, and says what that was. */
export async function erase(client: Client, { app, user, openid, json }: EraseOptions): Promise<void> {
  if ((user === undefined) === (openid === undefined)) throw new Error('Say who: --user <id> or --openid <openid>.');
  const erased = await client.request<Erased>('POST', `/api/v1/apps/${encodeURIComponent(app)}/erase`, {
    ...(user !== undefined && { user }),
    ...(openid !== undefined && { openid }),
  });
  if (json) return console.log(JSON.stringify(erased));
  if (erased.users === 0) return console.log(`Nobody in ${app} said that they are ${openid}. Nothing was erased.`);
  console.log(`Erased ${count(erased.users, 'user')} of ${app}:

  ${count(erased.events, 'event')} of ${count(erased.sessions, 'session')}
  ${count(erased.batches, 'batch', 'batches')} that waited for the store
  ${count(erased.hours, 'hour')} computed again

What devices still bring of sessions begun before now is dropped.`);
}

const count = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
