import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { ask } from '@minilens/store/ask';
import { isDirty, listBuckets } from '@minilens/store/buckets';
import { connectStore, execute, type Store, selectRows } from '@minilens/store/connect';
import { METRICS, type MetricName } from '@minilens/store/metrics';
import { rollUp } from '@minilens/store/roll-up';
import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDevice, type Device } from './kill/device.js';
import { type MortalProcess, startMortal } from './kill/mortal-process.js';
import { type Death, STEPS } from './kill/steps.js';
import { runMinilens } from './process/server-process.js';

/** `MINILENS_KILLS=100 npx vitest run --project system test/kill.test.ts` kills as often, at every step in turn and in between. */
const kills = Number(process.env.MINILENS_KILLS ?? STEPS.length + 2);
const SEED = Number(process.env.MINILENS_KILLS_SEED ?? 1);

/** Times a device is used in one life. */
const USES = 5;

/**
 * When a device is used once more. On a busy machine all that came before may be loaded at once, and a step that kills the
 * second time waits for another load. Unit: ms.
 */
const ANOTHER_USE_MS = 5_000;

/** The longest a life can last: until the second time that rollups are due. Unit: ms. */
const LIFE_MS = 60_000;

const HOUR_MS = 3_600_000;
const APPID = 'wx00000000000000aa';
const data = mkdtempSync(join(tmpdir(), 'minilens-kill-'));
const random = createSeededRandom(SEED);
/** Everything happens in hours that are over, one for every life, so that there is always something to roll up. */
const lastHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 3 * HOUR_MS;

let devices: Device[];
let server: MortalProcess | undefined;
let store: Store | undefined;

beforeAll(async () => {
  const app: NewApp = JSON.parse(await runMinilens(data, 'app', 'add', APPID, '--json'));
  // The first two share a clock; the last one's is a year ahead.
  devices = [
    createDevice(app, 'one', random),
    createDevice(app, 'two', random),
    createDevice(app, 'ahead', random, 365 * 24 * HOUR_MS),
  ];
});
afterAll(async () => {
  server?.kill();
  await server?.ended;
  await store?.close();
  rmSync(data, { recursive: true, force: true });
});

/** Runs a server until it ends, with the devices in use all the while. */
async function live(life: number, { death, killAfterMs }: { death?: Death; killAfterMs?: number }) {
  server = startMortal(data, death);
  const { ended, kill } = server;
  const killing = killAfterMs === undefined ? undefined : setTimeout(kill, killAfterMs);
  const url = await server.url;
  let isOver = false;
  const beganAt = performance.now();
  // Not for ever: an hour is rolled up when nothing comes for it any more.
  const isRolledUp = /rollup|sweep/.test(death?.step ?? '');
  const mostUses = () => USES + (isRolledUp ? 0 : Math.floor((performance.now() - beganAt) / ANOTHER_USE_MS));
  const using = devices.map(async (device) => {
    // Late in its hour, so that half of what happens is in the next; each life earlier than the one before.
    const startAt = lastHour - (life % 150) * HOUR_MS + 50 * 60_000;
    for (let uses = 0; !isOver && url !== undefined; ) {
      if (device.waiting() === 0 && uses < mostUses()) {
        uses += 1;
        device.use(startAt);
      }
      if (!(await device.send(url))) await sleep(10);
    }
  });
  const end = await Promise.race([ended, sleep(LIFE_MS, 'none', { ref: false })]);
  expect(end, `The server should have been killed ${JSON.stringify(death ?? killAfterMs)}`).toBe('SIGKILL');
  isOver = true;
  clearTimeout(killing);
  await Promise.all(using);
}

/** A last server that lives until everything is acknowledged and loaded. */
async function finish() {
  server = startMortal(data);
  const url = (await server.url) ?? expect.fail('The last server did not start');
  for (const device of devices) while (device.waiting() > 0) await device.send(url);
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  await expect.poll(metrics, { timeout: 60_000, interval: 200 }).toContain('minilens_spool_batches 0');
  expect(await metrics()).toContain('minilens_batches_refused 0');
  server.stop();
  expect(await server.ended).toBe(0);
}

test('a server killed at every step, again and again, loses and doubles nothing, and its rollups equal its events', {
  timeout: 120_000 + kills * 15_000,
}, async () => {
  for (let life = 0; life < kills; life++) {
    const step = STEPS[life % (STEPS.length + 2)];
    if (process.env.MINILENS_KILLS) console.log(`life ${life + 1} of ${kills}: ${step ?? 'any moment'}`);
    if (step !== undefined) {
      const afterMs = step.startsWith('during') ? 1 + Math.floor(random() * 25) : 0;
      await live(life, {
        death: { step, time: /rollup|sweep/.test(step) ? 1 : 1 + Math.floor(random() * 2), afterMs },
      });
    } else await live(life, { killAfterMs: Math.floor(random() * 4_000) });
  }
  await finish();

  store = connectStore({ path: join(data, 'events') });
  const stored = await selectRows<{ id: string }>(
    store,
    "SELECT concat(session_id, ' ', toString(n)) AS id FROM events",
  );
  const expected = devices.flatMap(({ acknowledged }) => acknowledged).sort();
  expect(expected.length).toBeGreaterThan(100);
  expect(stored.map(({ id }) => id).sort()).toEqual(expected);

  const buckets = await listBuckets(store, APPID, 0, 4e12);
  expect(buckets.some((bucket) => !isDirty(bucket))).toBe(true);
  const asFound = await answers(store);
  await execute(store, 'INSERT INTO buckets (app, hour, loads) SELECT DISTINCT app, hour, 1 FROM buckets');
  const fromEvents = await answers(store);
  expect(asFound).toEqual(fromEvents);
  let id = Date.now() * 1_000;
  const hours = (await listBuckets(store, APPID, 0, 4e12)).map(({ hour }) => hour);
  await rollUp(store, APPID, hours, (howMany) => {
    id += howMany;
    return id - howMany;
  });
  expect(await answers(store)).toEqual(fromEvents);

  const sessions = devices.flatMap((device) => [...device.sessions.keys()]);
  const [total] = await ask(store, { ...WHOLE, metrics: ['session_cnt', 'visit_uv_new', 'calls'] });
  expect(total).toEqual({ session_cnt: sessions.length, visit_uv_new: devices.length, calls: sessions.length * 5 });
});

const WHOLE = { app: APPID, from: lastHour - 160 * HOUR_MS, to: lastHour + 3 * HOUR_MS, timezone: 'Asia/Shanghai' };
/** Percentiles are estimates whose last digit depends on the order of rows; everything else is exact. */
const EXACT = (Object.keys(METRICS) as MetricName[]).filter((name) => !name.startsWith('duration'));

const answers = (from: Store) => ask(from, { ...WHOLE, metrics: EXACT, by: ['hour'] });
