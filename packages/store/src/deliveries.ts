import type { DeliveryOutcome, DeliveryReason } from '@minilens/wire/event';
import type { DELIVERY_SORTS, Delivery } from '@minilens/wire/push-report';
import { type Store, selectRows } from './connect.js';
import { BOUNDED, countRows, countUnlessWhole, type Page } from './records/bounded.js';
import { moment } from './records/narrow.js';
import { newestFirst } from './records/newest-first.js';

/** Which deliveries of pushed messages; moments are Unix ms, from ≤ delivery < to. */
export interface DeliveryFilter {
  app: string;
  from: number;
  to: number;
  /** `failed`: all but `ok`. */
  outcome?: DeliveryOutcome | 'failed' | undefined;
  reason?: DeliveryReason | undefined;
  msgType?: string | undefined;
  event?: string | undefined;
  host?: string | undefined;
  /** messageKey: all attempts of one message. */
  message?: string | undefined;
}

/** How far from a delivery the other attempts of its message are looked for. They come within a minute. Unit: ms. */
const ATTEMPTS_WITHIN_MS = 3_600_000;

const IS_DELIVERY = `app = {app:String} AND kind = 'push_delivery' AND at >= ${moment('since')} AND at < ${moment('to')}`;

/** Newest first, or slowest first and of equally slow ones the newest. */
const ORDER = {
  at: 'at DESC, session_id, n DESC',
  durationMs: 'duration_ms DESC, at DESC, session_id, n DESC',
} satisfies Record<(typeof DELIVERY_SORTS)[number], string>;

const conditions = ({ outcome, reason, msgType, event, host, message }: DeliveryFilter) =>
  [
    IS_DELIVERY,
    outcome !== undefined && (outcome === 'failed' ? "outcome != 'ok'" : 'outcome = {outcome:String}'),
    reason !== undefined && 'reason = {reason:String}',
    msgType !== undefined && 'msg_type = {msgType:String}',
    event !== undefined && 'event = {event:String}',
    host !== undefined && 'host = {host:String}',
    message !== undefined && 'message_key = {message:String}',
  ]
    .filter(Boolean)
    .join(' AND ');

const params = (filter: DeliveryFilter) => ({
  ...{ outcome: '', reason: '', msgType: '', event: '', host: '', message: '' },
  ...filter,
});

/**
 * Single deliveries, and how many there are. Events keep 0 for a status that was not said: no answer came, so that
 * what was received of it is null too, and not the 0 bytes of an empty answer.
 */
export async function findDeliveries(
  store: Store,
  filter: DeliveryFilter,
  { sort, now, ...page }: Page & { sort: (typeof DELIVERY_SORTS)[number]; now: number },
): Promise<{ total: number; items: Delivery[] }> {
  const { app, from, to } = filter;
  const where = conditions(filter);
  const values = { ...params(filter), ...page, since: from, last: page.offset + page.limit };
  const find = (since: number) =>
    selectRows<Found>(
      store,
      `SELECT toUnixTimestamp64Milli(at) AS at, delivery, message_key AS messageKey, attempt, msg_type AS msgType,
        event, host, outcome, reason, err_msg AS errMsg, ifNull(duration_ms, 0) AS durationMs, dns_ms AS dnsMs,
        connect_ms AS connectMs, first_byte_ms AS firstByteMs, status, received_bytes AS receivedBytes, content
      FROM ${store.everywhere(`SELECT * FROM events WHERE ${where} ORDER BY ${ORDER[sort]} LIMIT {last:UInt32}`)}
      ORDER BY ${ORDER[sort]} LIMIT {limit:UInt32} OFFSET {offset:UInt32} ${BOUNDED}`,
      { ...values, since },
    );
  const count = () => countRows(store, `SELECT 1 AS one FROM events WHERE ${where}`, values);
  const found = sort === 'at' ? await newestFirst({ from, to, now }, page.limit, find) : await find(from);
  const attempts = await countAttempts(store, app, found);
  return {
    total: await countUnlessWhole(found, page, count),
    items: found.map((item) => ({
      ...item,
      status: item.status === 0 ? null : item.status,
      receivedBytes: item.status === 0 ? null : item.receivedBytes,
      attempts: attempts.get(item.messageKey) ?? 1,
    })),
  };
}

/** As the events keep it. */
type Found = Omit<Delivery, 'status' | 'receivedBytes' | 'attempts'> & { status: number; receivedBytes: number };

/** How many deliveries are known of the messages of these. */
async function countAttempts(store: Store, app: string, found: readonly Found[]): Promise<Map<string, number>> {
  if (found.length === 0) return new Map();
  const moments = found.map(({ at }) => at);
  const rows = await selectRows<{ messageKey: string; attempts: number }>(
    store,
    `SELECT message_key AS messageKey, sum(deliveries) AS attempts
    FROM ${store.everywhere(`SELECT message_key, count() AS deliveries FROM events
      WHERE ${IS_DELIVERY} AND message_key IN {messages:Array(String)} GROUP BY message_key`)}
    GROUP BY message_key ${BOUNDED}`,
    {
      app,
      since: Math.min(...moments) - ATTEMPTS_WITHIN_MS,
      to: Math.max(...moments) + ATTEMPTS_WITHIN_MS,
      messages: [...new Set(found.map(({ messageKey }) => messageKey))],
    },
  );
  return new Map(rows.map(({ messageKey, attempts }) => [messageKey, attempts]));
}
