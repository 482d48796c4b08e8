import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { connectStore } from '@minilens/store/connect';
import { insertBlock } from '@minilens/store/insert-block';
import { migrate } from '@minilens/store/migrate';

/** How fast the engine takes the same rows, in the same blocks, with nothing before it. */
const { batches, seed }: { batches: number; seed: number } = JSON.parse(process.argv[2] as string);
const random = createSeededRandom(seed);
const now = Date.now();
const stored = Array.from({ length: batches }, () => {
  const {
    key: _,
    v: __,
    sentAt: ___,
    session,
    ...batch
  } = ordinaryBatch({ appid: 'wx00000000000000aa', key: '' }, random, now - 120_000);
  const { startAt: sessionAt, ...rest } = session;
  return JSON.stringify({ ...batch, session: rest, sessionAt, ip: '127.0.0.1', receivedAt: now, skewMs: 0 });
});

const data = mkdtempSync(join(tmpdir(), 'minilens-engine-'));
const store = connectStore({ path: data });
await migrate(store);
const BATCHES_PER_BLOCK = 2_500;
const startedAt = performance.now();
for (let first = 0; first < stored.length; first += BATCHES_PER_BLOCK) {
  await insertBlock(store, { token: `b-${first}`, batches: stored.slice(first, first + BATCHES_PER_BLOCK) });
}
const seconds = (performance.now() - startedAt) / 1000;
await store.close();
rmSync(data, { recursive: true });
console.log(JSON.stringify({ eventsPerSecond: (batches * 20) / seconds }));
