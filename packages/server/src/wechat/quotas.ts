import { CLEAR_QUOTA_PER_MONTH } from '@minilens/wechat/quota';
import type { Kysely } from 'kysely';
import type { Tables } from '../db/tables.js';
import { chinaDay, chinaMonth } from './quota-day.js';
import { WechatError } from './wechat-error.js';

/** Table `api_usage`: calls of one API by one app on one day. */
export interface ApiUsageTable {
  appid: string;
  path: string;
  /** Days since the Unix epoch, in China. */
  day: number;
  used: number;
}

/** Table `quota_clears`: how often an app began anew in a month. */
export interface QuotaClearsTable {
  appid: string;
  /** `2026-11`, in China. */
  month: string;
  cleared: number;
}

/** Calls of one API by one app. */
export interface Limits {
  daily: number;
  minute: number;
}

/** Where an app has no other numbers: far above what people ask of their own server. Source: our choice. */
export const QUOTAS: Limits = { daily: 10_000_000, minute: 100_000 };

/** Of the token endpoints, as the platform documents them. Of /cgi-bin/token no minute is documented. */
export const TOKEN_QUOTAS: Limits = { daily: 2_000, minute: 2_000 };
export const STABLE_TOKEN_QUOTAS: Limits = { daily: 500_000, minute: 10_000 };

/** Usage of past days is of no use to anybody. Unit: days. */
const KEPT_DAYS = 7;

const MINUTE_MS = 60_000;

/** Written in one statement. */
const ROWS_AT_ONCE = 500;

export interface Quotas {
  /** Counts one call. Throws 45009 where the day's calls are used up, 45011 where the minute's are. */
  spend(appid: string, path: string, limits: Limits, nowMs: number): Promise<void>;
  /** Calls of today, by all processes as far as they have told. */
  used(appid: string, path: string, nowMs: number): Promise<number>;
  /** Lets the app begin anew. Throws 48006 where it did so too often this month. */
  clear(appid: string, nowMs: number): Promise<void>;
  /** Tells the database what was counted, and learns what others have. */
  flush(): Promise<void>;
  /** Forgets days that are past. */
  forget(nowMs: number): Promise<void>;
}

/** What one process knows of one API of one app. */
interface Count {
  appid: string;
  path: string;
  day: number;
  /** What the database said last, all processes together. */
  told: number;
  /** Counted here since. */
  untold: number;
  /** Whether somebody asked since. */
  isStale: boolean;
  minute: number;
  inMinute: number;
}

/**
 * Counts in memory, so that a call costs no write; what was counted goes to the database every few seconds. Of several
 * processes each knows what the others counted up to then, and has the minute's quota for itself. A process that is
 * killed forgets what it had not told.
 */
export function createQuotas(db: Kysely<Tables>): Quotas {
  const counts = new Map<string, Count>();
  const loading = new Map<string, Promise<Count>>();

  const find = (appid: string, path: string, nowMs: number): Count | Promise<Count> => {
    const day = chinaDay(nowMs);
    const key = keyOf({ appid, path, day });
    const known = counts.get(key);
    if (known !== undefined) return known;
    const load = loading.get(key) ?? read(key, { appid, path, day }).finally(() => loading.delete(key));
    loading.set(key, load);
    return load;
  };

  const read = async (key: string, which: Pick<Count, 'appid' | 'path' | 'day'>) => {
    const row = await db
      .selectFrom('api_usage')
      .select('used')
      .where('appid', '=', which.appid)
      .where('path', '=', which.path)
      .where('day', '=', which.day)
      .executeTakeFirst();
    const count = { ...which, told: row?.used ?? 0, untold: 0, isStale: false, minute: 0, inMinute: 0 };
    counts.set(key, count);
    return count;
  };

  /** One statement for many, so that they cost the disk one write. */
  const tell = async (told: readonly Count[]) => {
    const rows = told.map(({ appid, path, day, untold }) => ({ appid, path, day, used: untold }));
    for (const count of told) count.isStale = false;
    const now = await db
      .insertInto('api_usage')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['appid', 'path', 'day'])
          .doUpdateSet((row) => ({ used: row('api_usage.used', '+', row.ref('excluded.used')) })),
      )
      .returning(['appid', 'path', 'day', 'used'])
      .execute();
    const untoldOf = new Map(rows.map((row) => [keyOf(row), row.used]));
    for (const row of now) {
      const count = counts.get(keyOf(row));
      if (count === undefined) continue;
      count.told = row.used;
      count.untold -= untoldOf.get(keyOf(row)) ?? 0;
    }
  };

  const flushOnce = async () => {
    const stale = [...counts.values()].filter(({ isStale }) => isStale);
    for (let from = 0; from < stale.length; from += ROWS_AT_ONCE) await tell(stale.slice(from, from + ROWS_AT_ONCE));
    const newest = Math.max(...[...counts.values()].map(({ day }) => day));
    for (const [key, { day, untold }] of counts) if (day < newest && untold === 0) counts.delete(key);
  };
  // One after the other: two at once would tell the same twice.
  let flushing: Promise<void> = Promise.resolve();
  const flush = () => {
    flushing = flushing.catch(() => {}).then(flushOnce);
    return flushing;
  };

  return {
    async spend(appid, path, { daily, minute: perMinute }, nowMs) {
      const found = find(appid, path, nowMs);
      const count = found instanceof Promise ? await found : found;
      const minute = Math.floor(nowMs / MINUTE_MS);
      if (count.minute !== minute) Object.assign(count, { minute, inMinute: 0 });
      count.isStale = true;
      if (count.told + count.untold >= daily) throw new WechatError(45009);
      if (count.inMinute >= perMinute) throw new WechatError(45011);
      count.untold++;
      count.inMinute++;
    },

    async used(appid, path, nowMs) {
      const count = await find(appid, path, nowMs);
      count.isStale = true;
      await flush();
      return count.told + count.untold;
    },

    async clear(appid, nowMs) {
      await flush();
      await db.transaction().execute(async (trx) => {
        const { cleared } = await trx
          .insertInto('quota_clears')
          .values({ appid, month: chinaMonth(nowMs), cleared: 1 })
          .onConflict((conflict) =>
            conflict
              .columns(['appid', 'month'])
              .doUpdateSet((now) => ({ cleared: now('quota_clears.cleared', '+', 1) })),
          )
          .returning('cleared')
          .executeTakeFirstOrThrow();
        if (cleared > CLEAR_QUOTA_PER_MONTH) throw new WechatError(48006);
        await trx.deleteFrom('api_usage').where('appid', '=', appid).execute();
      });
      for (const count of counts.values())
        if (count.appid === appid) Object.assign(count, { told: 0, untold: 0, minute: 0, inMinute: 0 });
    },

    flush,

    async forget(nowMs) {
      await db
        .deleteFrom('api_usage')
        .where('day', '<', chinaDay(nowMs) - KEPT_DAYS)
        .execute();
      // As text, months stand in the order of time.
      await db.deleteFrom('quota_clears').where('month', '<', chinaMonth(nowMs)).execute();
    },
  };
}

const keyOf = ({ appid, path, day }: Pick<Count, 'appid' | 'path' | 'day'>) => `${day} ${appid} ${path}`;
