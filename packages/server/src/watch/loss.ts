import { ask } from '@minilens/store/ask';
import type { Store } from '@minilens/store/connect';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What comes late comes within this. Unit: ms. */
const LATE_MS = 2 * HOUR_MS;

export interface Loss {
  /** Events that sessions numbered. */
  numbered: number;
  /** Of those, the ones that neither came nor were dropped. */
  missing: number;
}

/** What is missing of an app's sessions of a day that had time to arrive. */
export async function lossOfLastDay(store: Store, app: string, now: number): Promise<Loss> {
  const to = Math.floor((now - LATE_MS) / HOUR_MS) * HOUR_MS;
  const [loss] = await ask(store, { app, from: to - DAY_MS, to, timezone: 'UTC', metrics: ['numbered', 'missing'] });
  return loss ?? { numbered: 0, missing: 0 };
}
