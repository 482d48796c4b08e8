import type { Keeping } from '@minilens/wire/report-api';
import type { Client } from './client.js';

export interface KeepOptions {
  events?: number;
  rollups?: number;
  json?: boolean;
}

/** Shows how long an app's data is kept, after changing what the options name. */
export async function keepApp(client: Client, appid: string, { events, rollups, json }: KeepOptions): Promise<void> {
  const path = `/api/v1/apps/${encodeURIComponent(appid)}/keeping`;
  const keeping =
    events === undefined && rollups === undefined
      ? await client.request<Keeping>('GET', path)
      : await client.request<Keeping>('PUT', path, {
          ...(events !== undefined && { eventsDays: events }),
          ...(rollups !== undefined && { rollupsDays: rollups }),
        });
  if (json) return console.log(JSON.stringify(keeping));
  console.log(`${appid} keeps

  events   ${keeping.eventsDays} days
  rollups  ${keeping.rollupsDays} days

and then to the end of the calendar month, since whole months are dropped.`);
  if (keeping.eventsFrom !== null)
    console.log(`Events before ${new Date(keeping.eventsFrom).toISOString()} are gone; none are taken any more.`);
}

/** `90` */
export function parseDays(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new Error(`${text} is no number of days. Write 90.`);
  return Number(text);
}
