import { closeBuckets } from './buckets.js';
import { execute, type Store, selectRows } from './connect.js';
import type { Source } from './source.js';
import { SOURCES } from './sources.js';

/**
 * Forgetting by calendar month (UTC), as the tables are partitioned. An event counts for two hours, that of its session
 * and its own, so it is past only when both are.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A month stays this long after it is past, so that no session is still running out of it, and it can go as a whole. Unit: ms. */
const MONTH_SETTLE_MS = DAY_MS;

/** From when on an app's data is past. Unix ms. */
export interface Past {
  /** First moment of the first calendar month that stays. */
  monthsBefore: number;
  /** Only what was over by then goes. */
  hoursBefore: number;
}

/** What is past at a moment (Unix ms) of data that is kept for that many days: whole months, so up to a month and a day later. */
export function pastAt(now: number, days: number): Past {
  const hoursBefore = Math.floor((now - days * DAY_MS) / HOUR_MS) * HOUR_MS;
  const month = new Date(hoursBefore - MONTH_SETTLE_MS);
  return { monthsBefore: Date.UTC(month.getUTCFullYear(), month.getUTCMonth()), hoursBefore };
}

/** Tables whose rows are past, and the condition on a row that says so. */
interface Aged {
  table: string;
  /** Column of the hour that decides the month. */
  month: string;
  /** Hours (Unix seconds) that have to be over. */
  lastHour: string;
}

const EVENTS: Aged = {
  table: 'events',
  month: 'session_hour',
  lastHour: "toUnixTimestamp(greatest(session_hour, toStartOfHour(at, 'UTC')))",
};
/** What was dropped instead of stored goes with the events of its session. */
const DROPS: Aged = {
  table: 'drops',
  month: 'session_hour',
  lastHour: 'toUnixTimestamp(greatest(session_hour, received_hour))',
};
const rollups = (): Aged[] => [
  ...Object.values<Source>(SOURCES).map(({ table }) => ({ table, month: 'hour', lastHour: 'toUnixTimestamp(hour)' })),
  { table: 'kept_answers', month: 'start', lastHour: 'toUnixTimestamp(end) - 3600' },
];

const isPast = ({ month, lastHour }: Aged) =>
  `toUnixTimestamp(${month}) < transform(toString(app), {apps:Array(String)}, {monthsBefore:Array(Int64)}, toInt64(0))
  AND ${lastHour} + 3600 <= transform(toString(app), {apps:Array(String)}, {hoursBefore:Array(Int64)}, toInt64(0))`;

const seconds = (ms: number) => Math.floor(ms / 1000);
const params = (past: ReadonlyMap<string, Past>) => ({
  apps: [...past.keys()],
  monthsBefore: [...past.values()].map(({ monthsBefore }) => seconds(monthsBefore)),
  hoursBefore: [...past.values()].map(({ hoursBefore }) => seconds(hoursBefore)),
  newest: seconds(Math.max(0, ...[...past.values()].map(({ monthsBefore }) => monthsBefore))),
});

/** What one part of a table holds of one app, all of one month, and how much of that is past. */
interface PartOfApp {
  /** As `toYYYYMM` names it. */
  month: number;
  part: string;
  app: string;
  rows: number;
  past: number;
  /** End of the last hour that is past. Unix ms. */
  endsAt: number;
}

async function survey(shard: Store, aged: Aged, past: ReadonlyMap<string, Past>): Promise<PartOfApp[]> {
  if (past.size === 0) return [];
  const rows = await selectRows<Record<keyof PartOfApp, string | number>>(
    shard,
    `SELECT toYYYYMM(${aged.month}) AS month, _part AS part, app, count() AS rows, countIf(${isPast(aged)}) AS past,
      maxIf(${aged.lastHour}, ${isPast(aged)}) + 3600 AS endsAt
    FROM ${aged.table} WHERE ${aged.month} < toDateTime({newest:Int64}, 'UTC')
    GROUP BY month, part, app ORDER BY month, part, app`,
    params(past),
  );
  return rows.map(({ month, part, app, rows, past, endsAt }) => ({
    month: Number(month),
    part: String(part),
    app: String(app),
    rows: Number(rows),
    past: Number(past),
    endsAt: Number(endsAt) * 1000,
  }));
}

/** Apps that have events, or drops of such, which are past, each with the end (Unix ms) of the last hour that such an event counts for. */
export async function listPastEvents(store: Store, past: ReadonlyMap<string, Past>): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const shard of await store.shards()) {
    for (const aged of [EVENTS, DROPS]) {
      for (const entry of await survey(shard, aged, past))
        if (entry.past > 0) found.set(entry.app, Math.max(found.get(entry.app) ?? 0, entry.endsAt));
    }
  }
  return found;
}

/**
 * Removes events that are past: whole parts of a month in which nothing else is, else the rows. Their hours must have been
 * rolled up, and those rollups stand from then on, whatever a collector that was away still loads into them.
 *
 * @returns rows removed.
 */
export async function dropPastEvents(store: Store, past: ReadonlyMap<string, Past>): Promise<number> {
  let dropped = 0;
  const shards = await store.shards();
  const closed = new Map([...past].map(([app, { hoursBefore }]) => [app, hoursBefore]));
  // On all of them before any event goes: their hours are answered together.
  for (const shard of shards) await closeBuckets(shard, closed);
  for (const shard of shards) {
    dropped += await dropFrom(shard, EVENTS, past);
    await dropFrom(shard, DROPS, past);
  }
  return dropped;
}

/**
 * Removes rollups that are past, and with them what is known of their buckets and of users who were new in them. Such a
 * user stays known while any event of theirs is kept: forgotten, they would count as new again.
 *
 * @returns rows of rollups removed.
 */
export async function dropPastRollups(store: Store, past: ReadonlyMap<string, Past>): Promise<number> {
  let dropped = 0;
  for (const shard of await store.shards()) {
    for (const aged of rollups()) dropped += await dropFrom(shard, aged, past);
    const ofBuckets: Aged = { table: 'buckets', month: 'hour', lastHour: 'toUnixTimestamp(hour)' };
    await deleteWhere(shard, 'buckets', isPast(ofBuckets), past);
    await deleteWhere(shard, 'user_firsts', LONG_GONE, past);
  }
  return dropped;
}

/** By user and not by row: parts of one user's first session may not be merged yet. */
const LONG_GONE = `(app, user_id) IN (
    SELECT app, user_id FROM user_firsts GROUP BY app, user_id
    HAVING toUnixTimestamp(min(first_session_at)) < transform(toString(app), {apps:Array(String)}, {monthsBefore:Array(Int64)}, toInt64(0))
  ) AND (app, user_id) NOT IN (SELECT app, user_id FROM events)`;

/** A merge may replace a part between the look at it and its drop. Merges of a month that is past are rare. */
const ROUNDS = 5;

async function dropFrom(shard: Store, aged: Aged, past: ReadonlyMap<string, Past>): Promise<number> {
  let dropped = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const surveyed = await survey(shard, aged, past);
    const months = new Set(surveyed.filter((entry) => entry.past > 0).map(({ month }) => month));
    if (months.size === 0) break;
    for (const month of months)
      dropped += await dropFromMonth(shard, aged, { past, entries: surveyed.filter((entry) => entry.month === month) });
  }
  return dropped;
}

/** Parts one by one and not the partition: others may bring something of that month, of any app, at any moment. */
async function dropFromMonth(
  shard: Store,
  aged: Aged,
  { past, entries }: { past: ReadonlyMap<string, Past>; entries: readonly PartOfApp[] },
): Promise<number> {
  const sumOf = (some: readonly PartOfApp[]) => some.reduce((sum, entry) => sum + entry.past, 0);
  if (entries.some((entry) => entry.past < entry.rows)) {
    const { month } = entries[0] as PartOfApp;
    await execute(
      shard,
      `ALTER TABLE ${aged.table} DELETE IN PARTITION ${month} WHERE ${isPast(aged)} SETTINGS mutations_sync = 2`,
      params(past),
    );
    return sumOf(entries);
  }
  let dropped = 0;
  for (const part of new Set(entries.map((entry) => entry.part)))
    if (await dropPart(shard, aged.table, part)) dropped += sumOf(entries.filter((entry) => entry.part === part));
  return dropped;
}

/** Names of the engine's errors that say a merge has replaced the part, or is about to. */
const PART_GONE = ['NO_SUCH_DATA_PART', 'PART_IS_TEMPORARILY_LOCKED'];

/** @returns whether it was there. */
async function dropPart(shard: Store, table: string, part: string): Promise<boolean> {
  try {
    await execute(shard, `ALTER TABLE ${table} DROP PART '${part}'`);
    return true;
  } catch (error) {
    if (PART_GONE.includes(String((error as { type?: string }).type))) return false;
    throw error;
  }
}

/** Only when there is something to delete: a mutation rewrites parts even for nothing. */
async function deleteWhere(shard: Store, table: string, where: string, past: ReadonlyMap<string, Past>): Promise<void> {
  if (past.size === 0) return;
  const [found] = await selectRows<{ rows: string | number }>(
    shard,
    `SELECT count() AS rows FROM ${table} WHERE ${where}`,
    params(past),
  );
  if (Number(found?.rows ?? 0) === 0) return;
  await execute(shard, `ALTER TABLE ${table} DELETE WHERE ${where} SETTINGS mutations_sync = 2`, params(past));
}
