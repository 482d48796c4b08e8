import { RID_KEPT_DAYS } from '@minilens/wechat/quota';
import type { Kysely } from 'kysely';
import type { Tables } from '../db/tables.js';

/** A call that was answered with an error, as rid/get tells it. Secrets are hidden in it. */
export interface FailedCall {
  rid: string;
  /** Who proved to be asking. */
  appid: string;
  /** Unit: ms since the Unix epoch. */
  atMs: number;
  costMs: number;
  url: string;
  requestBody: string;
  responseBody: string;
  clientIp: string;
}

/** Table `failed_calls`. */
export interface FailedCallsTable {
  rid: string;
  appid: string;
  /** Unit: ms since the Unix epoch. */
  at: number;
  cost_ms: number;
  url: string;
  request_body: string;
  response_body: string;
  client_ip: string;
}

export interface FailedCalls {
  /** Takes note; written with the next flush. Beyond the bound of an app between two flushes it is not kept. */
  note(call: FailedCall): void;
  find(rid: string): Promise<FailedCall | undefined>;
  flush(): Promise<void>;
  /** Forgets what is too old, and the oldest of an app that has too many. */
  forget(nowMs: number): Promise<void>;
}

/** Characters kept of a URL and of a body. */
const KEPT_URL = 512;
const KEPT_BODY = 2_048;

/** Kept of one app between two flushes, and in all. With the above an app takes some 25 MB at most. */
const KEPT_PER_FLUSH = 20;
const KEPT_PER_APP = 5_000;

const DAY_MS = 86_400_000;

/** Keeps what rid/get is asked about: errors of callers whose app is known. A success has no rid anybody could ask with. */
export function createFailedCalls(db: Kysely<Tables>): FailedCalls {
  let noted: FailedCall[] = [];
  const perApp = new Map<string, number>();
  let flushing: Promise<void> = Promise.resolve();

  const write = async () => {
    const calls = noted;
    noted = [];
    if (calls.length === 0) return;
    const rows = calls.map(toRow);
    await db
      .insertInto('failed_calls')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  };
  const writeNext = () => {
    flushing = flushing.catch(() => {}).then(write);
    return flushing;
  };

  return {
    note(call) {
      const kept = perApp.get(call.appid) ?? 0;
      if (kept >= KEPT_PER_FLUSH) return;
      perApp.set(call.appid, kept + 1);
      noted.push(call);
    },

    async find(rid) {
      // Whoever looks does not begin the count anew: what an app may write down is bounded by time alone.
      await writeNext();
      const row = await db.selectFrom('failed_calls').selectAll().where('rid', '=', rid).executeTakeFirst();
      return row && fromRow(row);
    },

    flush: () => {
      perApp.clear();
      return writeNext();
    },

    async forget(nowMs) {
      await db
        .deleteFrom('failed_calls')
        .where('at', '<', nowMs - RID_KEPT_DAYS * DAY_MS)
        .execute();
      const crowded = await db
        .selectFrom('failed_calls')
        .select('appid')
        .groupBy('appid')
        .having((having) => having.fn.countAll(), '>', KEPT_PER_APP)
        .execute();
      for (const { appid } of crowded) {
        const oldestKept = await db
          .selectFrom('failed_calls')
          .select('at')
          .where('appid', '=', appid)
          .orderBy('at', 'desc')
          .offset(KEPT_PER_APP - 1)
          .limit(1)
          .executeTakeFirstOrThrow();
        await db.deleteFrom('failed_calls').where('appid', '=', appid).where('at', '<', oldestKept.at).execute();
      }
    },
  };
}

const toRow = (call: FailedCall): FailedCallsTable => ({
  rid: call.rid,
  appid: call.appid,
  at: call.atMs,
  cost_ms: call.costMs,
  url: call.url.slice(0, KEPT_URL),
  // PostgreSQL keeps no text with a zero byte in it, and would refuse all that is written at once.
  request_body: call.requestBody.slice(0, KEPT_BODY).replaceAll('\0', '\ufffd'),
  response_body: call.responseBody.slice(0, KEPT_BODY),
  client_ip: call.clientIp,
});

const fromRow = (row: FailedCallsTable): FailedCall => ({
  rid: row.rid,
  appid: row.appid,
  atMs: row.at,
  costMs: row.cost_ms,
  url: row.url,
  requestBody: row.request_body,
  responseBody: row.response_body,
  clientIp: row.client_ip,
});
