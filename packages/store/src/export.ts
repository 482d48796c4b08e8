import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Device, Envelope } from '@minilens/wire/envelope';
import { EVENT_KINDS, type EventKind } from '@minilens/wire/event';
import { LIMITS } from '@minilens/wire/limits';
import { execute, type Store, selectRows } from './connect.js';

/** Which events: of sessions that begin in the range. Moments are Unix ms, full hours, from ≤ t < to. */
export interface ExportRange {
  app: string;
  from: number;
  to: number;
}

/** Rows read at once. Embedded, an answer is whole in memory. */
const ROWS_AT_ONCE = 20_000;

/** Rows a Parquet file keeps together, and its writer in memory. */
const PARQUET_GROUP_ROWS = 50_000;

/** Text of one envelope: half of what a line of an import may have, which strange events would pass. Unit: characters. */
const ENVELOPE_LENGTH = 512 * 1024;

/** One read: some hours, or a share of the users of a full one. Hours are Unix seconds, from ≤ hour < to. */
interface Slice {
  shard: Store;
  from: number;
  to: number;
  part: number;
  ofParts: number;
}

const IN_RANGE = `app = {app:String} AND session_hour >= toDateTime({from:Int64}, 'UTC') AND session_hour < toDateTime({to:Int64}, 'UTC')`;
const seconds = (ms: number) => Math.floor(ms / 1000);

/** How many events the range has. */
export async function countEvents(store: Store, { app, from, to }: ExportRange): Promise<number> {
  const [found] = await selectRows<{ events: string | number }>(
    store,
    `SELECT sum(events) AS events FROM ${store.everywhere(`SELECT count() AS events FROM events WHERE ${IN_RANGE}`)}`,
    { app, from: seconds(from), to: seconds(to) },
  );
  return Number(found?.events ?? 0);
}

async function* slicesOf(store: Store, { app, from, to }: ExportRange): AsyncGenerator<Slice> {
  for (const shard of await store.shards()) {
    const hours = await selectRows<{ hour: number; events: string | number }>(
      shard,
      `SELECT toUnixTimestamp(session_hour) AS hour, count() AS events FROM events WHERE ${IN_RANGE} GROUP BY hour ORDER BY hour`,
      { app, from: seconds(from), to: seconds(to) },
    );
    let [start, rows] = [seconds(from), 0];
    for (const { hour, events } of hours.map((row) => ({ hour: row.hour, events: Number(row.events) }))) {
      if (rows > 0 && rows + events > ROWS_AT_ONCE) {
        yield { shard, from: start, to: hour, part: 0, ofParts: 1 };
        [start, rows] = [hour, 0];
      }
      rows += events;
      if (rows > ROWS_AT_ONCE) {
        const ofParts = Math.ceil(rows / ROWS_AT_ONCE);
        for (let part = 0; part < ofParts; part++) yield { shard, from: start, to: hour + 3600, part, ofParts };
        [start, rows] = [hour + 3600, 0];
      }
    }
    if (rows > 0) yield { shard, from: start, to: seconds(to), part: 0, ofParts: 1 };
  }
}

/** Moments as Unix ms, addresses as text. */
const READABLE = `* EXCEPT (session_hour) REPLACE (toUnixTimestamp64Milli(at) AS at, toUnixTimestamp64Milli(session_at) AS session_at,
  toUnixTimestamp64Milli(received_at) AS received_at,
  if(ip = toIPv6('::'), '', replaceRegexpOne(IPv6NumToString(ip), '^::ffff:', '')) AS ip)`;

/** An event as the store keeps it: the columns of `events`, moments as Unix ms. */
type EventRow = Record<string, unknown> & { session_id: string; n: number; kind: EventKind; at: number };

/** As the engine writes it, one JSON object a line. */
const readSlice = ({ shard, from, to, part, ofParts }: Slice, app: string): Promise<string> =>
  shard.run(async (client) => {
    const answer = await client.query({
      query: `SELECT ${READABLE} FROM events
      WHERE ${IN_RANGE} AND cityHash64(user_id) % {ofParts:UInt32} = {part:UInt32}
      ORDER BY events.session_hour, user_id, session_id, n SETTINGS output_format_json_quote_64bit_integers = 0`,
      query_params: { app, from, to, part, ofParts },
      format: 'JSONEachRow',
    });
    return answer.text();
  });

/** Event rows, one JSON object a line, some thousand lines at once. */
export async function* exportRows(store: Store, range: ExportRange): AsyncGenerator<string> {
  for await (const slice of slicesOf(store, range)) yield await readSlice(slice, range.app);
}

/** Envelopes that `import` takes again, one a line: of the same events the same rows, but for where and when they came from. */
export async function* exportEnvelopes(store: Store, range: ExportRange): AsyncGenerator<string> {
  for await (const slice of slicesOf(store, range)) {
    const rows = (await readSlice(slice, range.app)).split('\n').filter(Boolean);
    for (const batch of batchesOf(rows)) yield `${JSON.stringify(toEnvelope(batch))}\n`;
  }
}

/**
 * One Parquet file. An engine in this process writes it into `temporaryPath` first, since its answers do not stream; a
 * server streams it.
 */
export async function exportParquet(
  store: Store,
  { app, from, to }: ExportRange,
  { isEmbedded, temporaryPath }: { isEmbedded: boolean; temporaryPath: string },
): Promise<Readable> {
  const select = `SELECT * FROM ${store.everywhere(`SELECT * FROM events WHERE ${IN_RANGE}`)}`;
  const settings = `SETTINGS output_format_parquet_row_group_size = ${PARQUET_GROUP_ROWS}, max_threads = 1`;
  const params = { app, from: seconds(from), to: seconds(to) };
  if (!isEmbedded) {
    const query = `${select} ${settings} FORMAT Parquet`;
    return (await store.run((client) => client.exec({ query, query_params: params }))).stream as Readable;
  }
  try {
    await execute(store, `INSERT INTO FUNCTION file({path:String}, 'Parquet') ${select} ${settings}`, {
      ...params,
      path: temporaryPath,
    });
  } catch (error) {
    await rm(temporaryPath, { force: true });
    throw error;
  }
  const file = createReadStream(temporaryPath);
  file.once('close', () => void rm(temporaryPath, { force: true }));
  return file;
}

/** What all rows of one envelope share. */
const SHARED = [
  'session_id',
  'agent',
  'tags',
  'platform',
  'system',
  'brand',
  'model',
  'wechat',
  'sdk',
  'level',
  'network',
  'version',
  'env',
] as const;
const sharedBy = (row: EventRow) => JSON.stringify(SHARED.map((name) => row[name]));

/** @param rows each the text of one, of which all that an envelope says of it is a part. */
function* batchesOf(rows: readonly string[]): Generator<EventRow[]> {
  let batch: EventRow[] = [];
  let [shared, length] = ['', 0];
  for (const text of rows) {
    const row = JSON.parse(text) as EventRow;
    const own = sharedBy(row);
    const isFull = batch.length === LIMITS.eventsPerBatch || length + text.length > ENVELOPE_LENGTH;
    if (batch.length > 0 && (own !== shared || isFull)) {
      yield batch;
      [batch, length] = [[], 0];
    }
    [shared, length] = [own, length + text.length];
    batch.push(row);
  }
  if (batch.length > 0) yield batch;
}

const DEVICE = ['platform', 'system', 'brand', 'model', 'wechat', 'sdk', 'level', 'network', 'version', 'env'] as const;

/** Times in it are true times already, as an import trusts them to be. */
function toEnvelope(batch: readonly EventRow[]): Envelope {
  const first = batch[0] as EventRow;
  const said = (names: readonly string[]) =>
    Object.fromEntries(
      names.filter((name) => !isNothing(first[name]) && first[name] !== 0).map((name) => [name, first[name]]),
    );
  return {
    v: 1,
    app: String(first.app),
    agent: String(first.agent),
    sentAt: Math.max(...batch.map(({ at }) => at)),
    session: {
      id: first.session_id,
      startAt: Number(first.session_at),
      user: String(first.user_id),
      ...(first.session_scene !== 0 && { scene: Number(first.session_scene) }),
      ...(first.entry !== '' && { entry: String(first.entry) }),
    },
    device: said(DEVICE) as Device,
    ...(!isNothing(first.tags) && { tags: first.tags as Record<string, string> }),
    events: batch.map(toEvent),
  };
}

/** The words its kind has, but for those it need not say and did not. */
function toEvent(row: EventRow): Record<string, unknown> {
  const { properties, required = [] } = EVENT_KINDS[row.kind] as unknown as {
    properties: Record<string, unknown>;
    required?: readonly string[];
  };
  return Object.fromEntries(
    Object.keys(properties)
      .map((name): [string, unknown] => [name, row[columnOf(name)]])
      .filter(([name, value]) => required.includes(name) || !isNothing(value)),
  );
}

/** `sharedBy` is kept as `shared_by`. */
const columnOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What a column holds where nothing was said. A 0 that was said comes back as one all the same, where they differ. */
const isNothing = (value: unknown) =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);
