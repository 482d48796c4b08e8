import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { listBuckets } from '@minilens/store/buckets';
import { connectStore, selectRows } from '@minilens/store/connect';
import { insertBlock } from '@minilens/store/insert-block';
import { migrate } from '@minilens/store/migrate';
import { addUpPeriods } from '@minilens/store/periods';
import { rollUp } from '@minilens/store/roll-up';
import { historyBatches } from './history-batch.js';

/** What the script is told, as JSON in its first argument. */
export interface HistoryOrder {
  directory: string;
  appid: string;
  events: number;
  days: number;
  /** End of the history, Unix ms. */
  endAt: number;
}

export interface HistoryReport {
  events: number;
  loadSeconds: number;
  rollUpSeconds: number;
  bytesOnDisk: number;
}

const BATCHES_PER_BLOCK = 2_500;
/** About: few sessions have others. */
const EVENTS_PER_BATCH = 20;

/** Fills an event store with history, straight through the loader's own insert, and rolls it up. */
const order: HistoryOrder = JSON.parse(process.argv[2] as string);
const store = connectStore({ path: order.directory });
await migrate(store);

const random = createSeededRandom(11);
const spanMs = order.days * 86_400_000;
const total = Math.floor(order.events / EVENTS_PER_BATCH);
let loaded = 0;
const loadStartedAt = performance.now();
for (let first = 0; first < total; first += BATCHES_PER_BLOCK) {
  const batches = Array.from({ length: Math.min(BATCHES_PER_BLOCK, total - first) }, (_, i) => {
    const place = first + i;
    // History arrives in the order it happens.
    const startAt = order.endAt - spanMs + Math.floor((place / total) * (spanMs - 300_000));
    return historyBatches(order.appid, random, { place, startAt, endAt: order.endAt });
  }).flat();
  await insertBlock(store, { token: `h-${first}`, batches: batches.map(({ text }) => text) });
  loaded += batches.reduce((sum, { events }) => sum + events, 0);
  if ((first / BATCHES_PER_BLOCK) % 10 === 0)
    process.stderr.write(`\r${Math.round((first / total) * 100)} % of ${order.events} events loaded `);
}
const loadSeconds = (performance.now() - loadStartedAt) / 1000;

const rollUpStartedAt = performance.now();
let id = Date.now() * 1000;
const hours = (await listBuckets(store, order.appid, 0, order.endAt + 3_600_000)).map(({ hour }) => hour);
await rollUp(store, order.appid, hours, (howMany) => {
  id += howMany;
  return id - howMany;
});
await addUpPeriods(store, { app: order.appid, timezone: 'Asia/Shanghai', endedBefore: order.endAt });
const rollUpSeconds = (performance.now() - rollUpStartedAt) / 1000;
process.stderr.write('\r\u001b[K');

const [row] = await selectRows<{ bytes: string }>(
  store,
  'SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = currentDatabase()',
);
await store.close();
const report: HistoryReport = {
  events: loaded,
  loadSeconds,
  rollUpSeconds,
  bytesOnDisk: Number(row?.bytes),
};
console.log(JSON.stringify(report));
