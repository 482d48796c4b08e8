import { setTimeout as sleep } from 'node:timers/promises';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { connectStore, type Store, selectRows } from '@minilens/store/connect';
import type { Receipt } from '@minilens/wire/receipt';
import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMinilensWith, type ServerProcess, startServer } from '../process/server-process.js';
import { type Machines, startMachines } from './machines.js';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/** How long both collectors live before one of them is killed, in turn. Unit: ms. */
const LIVES_MS = [400, 900, 300, 1_500, 700, 1_100];

/** How often a device behaves as if an acknowledgement was lost, and how many batches it has in hand at once. */
const DEVICE = { lost: 0.3, inHand: 4 };

let machines: Machines;
let store: Store;
let app: NewApp;
const collectors: [Collector, Collector] = [createCollector('a'), createCollector('b')];

beforeAll(async () => {
  machines = await startMachines();
  store = connectStore({ urls: [machines.clickHouseUrl] });
  const added = await runMinilensWith(
    machines.env,
    machines.directory('admin'),
    'app',
    'add',
    'wx00000000000000aa',
    '--json',
  );
  app = JSON.parse(added);
  await Promise.all(collectors.map((collector) => collector.start()));
});
afterAll(async () => {
  await Promise.all(collectors.map((collector) => collector.kill()));
  await store?.close();
  await machines?.remove();
});

/** A collector of its own, on a directory that outlives it. */
interface Collector {
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Undefined when it did not acknowledge. */
  send(batch: object): Promise<Receipt | undefined>;
}

function createCollector(name: string): Collector {
  let server: ServerProcess | undefined;
  return {
    start: async () => {
      server = await startServer(machines.directory(name), { env: machines.env, args: ['--role', 'collect'] });
    },
    kill: async () => {
      await server?.kill();
      server = undefined;
    },
    send: async (batch) => {
      if (server === undefined) return undefined;
      const response = await fetch(`${server.url}/v1/collect`, { method: 'POST', body: JSON.stringify(batch) }).catch(
        () => undefined,
      );
      return response?.status === 200 ? ((await response.json()) as Receipt) : undefined;
    },
  };
}

interface Sent {
  session: string;
  numbers: number[];
  startAt?: number;
  sentAt?: number;
}

function batchOf({ session, numbers, startAt = Date.now() - 1_000, sentAt = Date.now() }: Sent) {
  return {
    v: 1,
    app: app.appid,
    key: app.key,
    agent: 'test',
    sentAt,
    session: { id: session, startAt, user: `user-of-${session}` },
    device: {},
    events: numbers.map((n) => ({ n, at: startAt + n, kind: 'call', name: 'scanCode', outcome: 'success' })),
  };
}

/** Sends batch after batch in any order, each to either collector, until it is acknowledged; now and then once more. */
function createDevice(name: string, random: () => number) {
  const acknowledged: string[] = [];
  const inHand: ReturnType<typeof batchOf>[] = [];
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  let [session, next, startAt] = [0, 1, Date.now()];

  const sendOne = async () => {
    const batch = pick(inHand);
    const receipt = await pick(collectors).send(batch);
    if (receipt === undefined) return sleep(5);
    expect(receipt.accepted + (receipt.dropped.duplicate ?? 0)).toBe(batch.events.length);
    if (random() < DEVICE.lost) return;
    inHand.splice(inHand.indexOf(batch), 1);
    acknowledged.push(...batch.events.map(({ n }) => `${batch.session.id} ${n}`));
  };
  return {
    acknowledged,
    live: async () => {
      while (inHand.length < DEVICE.inHand) {
        const numbers = Array.from({ length: 5 }, (_, i) => next + i);
        inHand.push(batchOf({ session: `session-${name}-${session}`, numbers, startAt }));
        next += 5;
        if (next > 100) [session, next, startAt] = [session + 1, 1, Date.now()];
      }
      await sendOne();
    },
    finish: async () => {
      while (inHand.length > 0) await sendOne();
    },
  };
}

const storedEvents = async () =>
  (await selectRows<{ event: string }>(store, "SELECT concat(session_id, ' ', toString(n)) AS event FROM events")).map(
    ({ event }) => event,
  );

test('devices that move between two collectors, killed again and again, lose and double nothing', async () => {
  const devices = Array.from({ length: 6 }, (_, i) => createDevice(`${i}`, createSeededRandom(i + 1)));
  let isOver = false;
  const living = devices.map(async (device) => {
    while (!isOver) await device.live();
    await device.finish();
  });
  for (const [index, lifeMs] of LIVES_MS.entries()) {
    await sleep(lifeMs);
    const collector = collectors[index % 2] as Collector;
    await collector.kill();
    // The other one goes on alone for a while.
    await sleep(200);
    await collector.start();
  }
  isOver = true;
  await Promise.all(living);

  const expected = devices.flatMap((device) => device.acknowledged).sort();
  expect(expected.length).toBeGreaterThan(500);
  await expect
    .poll(() => storedEvents().then((events) => new Set(events).size), { timeout: 60_000 })
    .toBeGreaterThanOrEqual(expected.length);
  // Settled for good: nothing more comes when the loaders run on.
  await sleep(2_000);
  const stored = (await storedEvents()).sort();
  expect(new Set(stored).size).toBe(stored.length);
  expect(stored).toEqual(expected);
}, 300_000);

test('a session whose clock is a year behind stays one session in one hour when it moves between collectors', async () => {
  // By the first batch the session began half a minute before the hour; by the second, a minute longer on its way, half
  // a minute after it.
  const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const startAt = hour - 30_000 - YEAR_MS;
  const send = (collector: Collector, n: number, delayMs: number) =>
    collector.send(
      batchOf({ session: 'session-of-last-year', numbers: [n], startAt, sentAt: Date.now() - YEAR_MS - delayMs }),
    );
  const [a, b] = collectors;
  expect(await send(a, 1, 0)).toMatchObject({ accepted: 1 });
  const stored = () =>
    selectRows<{ n: number; hour: number }>(
      store,
      "SELECT n, toUnixTimestamp(session_hour) AS hour FROM events WHERE session_id = 'session-of-last-year' ORDER BY n",
    );
  await expect.poll(stored, { timeout: 30_000 }).toHaveLength(1);
  expect(await send(b, 2, 60_000)).toMatchObject({ accepted: 1 });
  // The acknowledgement of the first was lost.
  expect(await send(b, 1, 60_000)).toMatchObject({ accepted: 1 });
  expect(await send(a, 3, 60_000)).toMatchObject({ accepted: 1 });
  await expect.poll(stored, { timeout: 30_000 }).toHaveLength(3);
  await sleep(1_500);
  const startHour = (hour - HOUR_MS) / 1000;
  expect(await stored()).toEqual([1, 2, 3].map((n) => ({ n, hour: startHour })));
});
