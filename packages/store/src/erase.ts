import { asNew } from './as-new.js';
import { DIRTY_MARK } from './buckets.js';
import { IS_VISIT } from './catalogue/per-session.js';
import { execute, type Store, selectRows } from './connect.js';
import { PERIODS } from './periods.js';
import type { Source } from './source.js';
import { SOURCES } from './sources.js';

/** What is to go: users by the hash of their ids, as `userHash` makes it in SQL and the caller outside. */
export interface ErasedUsers {
  app: string;
  hashes: readonly string[];
  /** When that was asked. What they do in sessions that began later is theirs to keep. Unix ms. */
  askedAt: number;
}

interface EraseOptions {
  /** Hours before (Unix ms) have no events any more, and their rollups stay as they are. */
  from: number;
  /** Hours it concerns besides those that are found, from a time that was interrupted. */
  known?: readonly number[];
  /** Told all hours it concerns before anything of them goes. */
  found?: (hours: readonly number[]) => Promise<void>;
}

/**
 * A mutation's text stays in the engine's files long after it is done. So it names hashes, and no id comes back through
 * the erasure itself. SHA-256 of app, space, id, in hex.
 */
const userHash = (column: string) => `lower(hex(SHA256(concat(app, ' ', ${column}))))`;
const isErased = (column: string) => `${userHash(column)} IN {hashes:Array(String)}`;
const BEGAN_BEFORE = "session_at < fromUnixTimestamp64Milli({askedAt:Int64}, 'UTC')";

/** Users of an app who said that they are this openid, whenever. */
export async function findUsersByOpenid(store: Store, app: string, openid: string): Promise<string[]> {
  const rows = await selectRows<{ user_id: string }>(
    store,
    `SELECT DISTINCT user_id FROM ${store.everywhere(
      "SELECT DISTINCT user_id FROM events WHERE app = {app:String} AND kind = 'user' AND openid = {openid:String}",
    )}`,
    { app, openid },
  );
  return rows.map((row) => row.user_id);
}

/** Users erased by one round of statements: their hashes travel in the address of each. */
const USERS_AT_ONCE = 1_000;

/**
 * Removes everything that names these users and was there when that was asked: their events, when they were first seen,
 * rollup rows of their own, and their ids in cards that others opened. Who came back since is new from then on. The hours
 * it concerns become dirty and are given, for their rollups to be computed again. Nothing may be rolled up or loaded of
 * them meanwhile. Running it again is harmless.
 */
export async function eraseUsers(
  store: Store,
  erased: ErasedUsers,
  { from, known = [], found }: EraseOptions,
): Promise<{ events: number; sessions: number; hours: number[] }> {
  const total = { events: 0, sessions: 0, hours: new Set<number>() };
  for (const shard of await store.shards())
    for (let start = 0; start < erased.hashes.length; start += USERS_AT_ONCE) {
      const some = { ...erased, hashes: erased.hashes.slice(start, start + USERS_AT_ONCE) };
      const { events, sessions, sessionHours, hours } = await survey(shard, some);
      total.events += events;
      total.sessions += sessions;
      const dirty = [...new Set([...hours, ...known])].filter((hour) => hour * 1000 >= from);
      for (const hour of dirty) total.hours.add(hour);
      await found?.([...total.hours]);
      // Before and after: killed in between, the hours are rolled up again all the same, and a rollup of another process
      // that saw the events is not taken for one that did not.
      await markDirty(shard, erased.app, dirty);
      await remove(shard, some, sessionHours);
      await markDirty(shard, erased.app, dirty);
    }
  return { ...total, hours: [...total.hours] };
}

/** Hours are also those of sessions that stay: the first of them is now its user's first. */
async function survey(shard: Store, { app, hashes, askedAt }: ErasedUsers) {
  const [found] = await selectRows<
    Record<'events' | 'sessions', number | string> & { sessionHours: number[]; hours: number[] }
  >(
    shard,
    `SELECT countIf(isGoing) AS events, uniqExactIf(session_id, isGoing) AS sessions,
      groupUniqArray(toUnixTimestamp(session_hour)) AS sessionHours,
      groupUniqArrayArray([toUnixTimestamp(session_hour), toUnixTimestamp(toStartOfHour(at, 'UTC'))]) AS hours
    FROM (
      SELECT session_hour, at, session_id, ${isErased('user_id')} AS isOwn, isOwn AND ${BEGAN_BEFORE} AS isGoing FROM events
      WHERE app = {app:String} AND (isOwn OR (shared_by != '' AND ${isErased('shared_by')}))
      UNION ALL
      SELECT session_hour, received_hour AS at, session_id, false AS isOwn, false AS isGoing FROM drops
      WHERE app = {app:String} AND ${isErased('user_id')}
    )`,
    { app, hashes, askedAt },
  );
  return {
    events: Number(found?.events ?? 0),
    sessions: Number(found?.sessions ?? 0),
    sessionHours: (found?.sessionHours ?? []).map(Number),
    hours: (found?.hours ?? []).map(Number),
  };
}

async function remove(shard: Store, erased: ErasedUsers, sessionHours: readonly number[]): Promise<void> {
  const mutate = async (table: string, what: string, where: string) => {
    const params = { ...erased, sessionHours };
    const whole = `app = {app:String} AND ${where}`;
    const [found] = await selectRows<{ rows: number | string }>(
      shard,
      `SELECT count() AS rows FROM ${table} WHERE ${whole}`,
      params,
    );
    // A mutation rewrites parts even for nothing.
    if (Number(found?.rows ?? 0) === 0) return;
    await execute(shard, `ALTER TABLE ${table} ${what} WHERE ${whole} SETTINGS mutations_sync = 2`, params);
  };
  const inHours = 'toUnixTimestamp(session_hour) IN {sessionHours:Array(UInt32)}';
  const isStaying = `${isErased('user_id')} AND NOT ${BEGAN_BEFORE}`;
  await mutate('user_firsts', 'DELETE', isErased('user_id'));
  // In all hours: a session may have been loaded since they were looked up.
  await execute(
    shard,
    `INSERT INTO user_firsts (app, user_id, first_session_at) SETTINGS ${asNew()}
    SELECT app, user_id, min(session_at) FROM events
    WHERE app = {app:String} AND ${isStaying} AND ${IS_VISIT} GROUP BY app, user_id`,
    { ...erased },
  );
  // Periods whose events are gone would go on counting who was new; all are added up again from what is left.
  const periods = Object.keys(PERIODS);
  await mutate(
    'buckets',
    `UPDATE ${periods.map((name) => `${name} = defaultValueOfArgumentType(${name})`).join(', ')}`,
    `(${periods.map((name) => `${name}.at > 0`).join(' OR ')})`,
  );
  await mutate(
    'drops',
    'DELETE',
    `${isErased('user_id')} AND toUnixTimestamp(session_hour) * 1000 < {askedAt:Int64} AND session_id NOT IN (
      SELECT session_id FROM events WHERE app = {app:String} AND ${inHours} AND ${isStaying}
    )`,
  );
  await mutate('kept_answers', 'DELETE', '1');
  for (const { table, columns } of Object.values<Source>(SOURCES))
    if (columns.includes('user_id')) await mutate(table, 'DELETE', isErased('user_id'));
  await mutate('events', "UPDATE shared_by = ''", `${inHours} AND shared_by != '' AND ${isErased('shared_by')}`);
  // Last: they say who an openid is, for whoever runs it again after it was interrupted.
  await mutate('events', 'DELETE', `${inHours} AND ${isErased('user_id')} AND ${BEGAN_BEFORE}`);
}

/** Each time anew: some servers would take the same rows for a repeat. */
async function markDirty(shard: Store, app: string, hours: readonly number[]): Promise<void> {
  if (hours.length === 0) return;
  await execute(
    shard,
    `INSERT INTO buckets (app, hour, loads) SETTINGS ${asNew()}
    SELECT app, hour, ${DIRTY_MARK} FROM buckets
    WHERE app = {app:String} AND toUnixTimestamp(hour) IN {hours:Array(UInt32)} GROUP BY app, hour`,
    { app, hours },
  );
}

/** Removes at once what newer rollups of these hours replaced: hashes of users who were in them. */
export async function sweepHours(store: Store, app: string, hours: readonly number[]): Promise<void> {
  if (hours.length === 0) return;
  for (const shard of await store.shards())
    for (const { table } of Object.values<Source>(SOURCES))
      await execute(
        shard,
        `ALTER TABLE ${table} DELETE WHERE app = {app:String} AND toUnixTimestamp(hour) IN {hours:Array(UInt32)}
  AND (hour, rollup_id) NOT IN (SELECT hour, max(rollup).1 FROM buckets WHERE app = {app:String} GROUP BY hour)
  SETTINGS mutations_sync = 2`,
        { app, hours },
      );
}
