import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { isDirty, listBuckets } from './buckets.js';
import { connectStore, type Store, selectRows } from './connect.js';
import { insertAgain } from './insert-again.js';
import { insertBlock, type StoredBatch } from './insert-block.js';
import { migrate } from './migrate.js';

const APP = 'wx00000000000000aa';
/** 2026-03-02 12:30 in Shanghai. */
const NOON = Date.UTC(2026, 2, 2, 4, 30);
const DAY = 86_400_000;

const newDirectory = () => mkdtempSync(join(tmpdir(), 'minilens-again-'));
/** An empty store of the newest schema, of which every test has a copy. */
const empty = newDirectory();
let directory: string;
let store: Store;
beforeAll(async () => {
  const made = connectStore({ path: empty });
  await migrate(made);
  await made.close();
});
beforeEach(() => {
  directory = newDirectory();
  cpSync(empty, directory, { recursive: true, verbatimSymlinks: true });
  store = connectStore({ path: directory });
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});
afterAll(() => rmSync(empty, { recursive: true }));

const batch = (id: string, sessionAt: number, places = [1, 2, 3]): string =>
  JSON.stringify({
    app: APP,
    agent: '0.1.0',
    ip: '',
    receivedAt: sessionAt + 1_000,
    skewMs: 0,
    sessionAt,
    session: { id, user: `user-of-${id}` },
    device: {},
    events: places.map((n) => ({ n, at: sessionAt + n, kind: 'launch' })),
  } satisfies StoredBatch);
/** Sessions of two months, which the engine stores apart. */
const BLOCK = {
  token: 'spool-1',
  batches: [batch('session-a', NOON), batch('session-b', NOON), batch('session-c', NOON - 40 * DAY)],
};
const ALL = ['a', 'b', 'c'].flatMap((name) => [1, 2, 3].map((n) => `session-${name} ${n}`));

const storedEvents = async () =>
  (await selectRows<{ session_id: string; n: number }>(store, 'SELECT session_id, n FROM events ORDER BY 1, 2')).map(
    ({ session_id, n }) => `${session_id} ${n}`,
  );
const firstSessions = () => selectRows(store, 'SELECT DISTINCT user_id FROM user_firsts');
const dirtyHours = async () => (await listBuckets(store, APP, 0, 4e12)).filter(isDirty).length;

/** What a kill leaves that comes after the engine wrote the token down and before it showed the rows. */
async function losePartsOf(table: string, { keep = 0 } = {}) {
  const parts = await selectRows<{ path: string }>(
    store,
    'SELECT path FROM system.parts WHERE active AND table = {table:String} ORDER BY name',
    { table },
  );
  await store.close();
  for (const { path } of parts.slice(keep)) {
    expect(readdirSync(path).length).toBeGreaterThan(0);
    rmSync(path, { recursive: true });
  }
  store = connectStore({ path: directory });
}

test('a block that is stored whole is stored once', async () => {
  await insertBlock(store, BLOCK);
  await insertAgain(store, BLOCK);
  expect(await storedEvents()).toEqual(ALL);
});

test('a block that is not there at all is stored', async () => {
  await insertAgain(store, BLOCK);
  expect(await storedEvents()).toEqual(ALL);
});

test.each([
  ['nothing', 0],
  ['one month', 1],
])(
  'of a block whose token was written down, but of whose rows %s is there, the rest is stored',
  async (_name, keep) => {
    await insertBlock(store, BLOCK);
    await losePartsOf('events', { keep });
    await insertBlock(store, BLOCK);
    // The token alone: this is what would be lost.
    expect((await storedEvents()).length).toBeLessThan(ALL.length);
    await insertAgain(store, BLOCK);
    expect(await storedEvents()).toEqual(ALL);
    await insertAgain(store, BLOCK);
    expect(await storedEvents()).toEqual(ALL);
  },
);

test('a mend that was killed in the same moment is mended', async () => {
  await insertBlock(store, BLOCK);
  for (let kill = 0; kill < 3; kill++) {
    await losePartsOf('events');
    await insertAgain(store, BLOCK);
    expect(await storedEvents()).toEqual(ALL);
  }
});

test('a batch the engine refuses is handed back once, and the others are stored', async () => {
  const bad = JSON.stringify({ ...JSON.parse(batch('session-d', NOON)), receivedAt: 'soon' });
  expect(await insertAgain(store, { ...BLOCK, batches: [bad, ...BLOCK.batches] })).toMatchObject([{ batch: bad }]);
  expect(await storedEvents()).toEqual(ALL);
});

test.each([
  ['that was stored whole', 9],
  ['whose first part was stored', 2],
])('drops of a block %s, but for a refused batch, are told once', async (_name, placesBefore) => {
  const drops = (id: string) =>
    JSON.stringify({ ...JSON.parse(batch(id, NOON, [])), dropped: [{ n: 7, reason: 'invalid' }] });
  const bad = JSON.stringify({ ...JSON.parse(batch('session-d', NOON)), receivedAt: 'soon' });
  const [a, b, c] = BLOCK.batches as [string, string, string];
  const block = { token: BLOCK.token, batches: [a, drops('session-b'), b, bad, c, '', drops('session-c')] };
  // The rest stays unstored, as after a kill between the halves; the refused batch is refused in every try.
  await insertBlock(store, {
    ...block,
    batches: block.batches.map((text, place) => (place < placesBefore || text === bad ? text : '')),
  });
  for (let again = 0; again < 2; again++) expect(await insertAgain(store, block)).toMatchObject([{ batch: bad }]);
  expect(await storedEvents()).toEqual(ALL);
  expect(
    await selectRows(store, 'SELECT session_id, toUInt8(sum(events)) AS events FROM drops GROUP BY 1 ORDER BY 1'),
  ).toEqual([
    { session_id: 'session-b', events: 1 },
    { session_id: 'session-c', events: 1 },
  ]);
});

test('rows that are there without their token, as a power cut may leave them, are not stored twice', async () => {
  await insertBlock(store, { ...BLOCK, token: 'forgotten' });
  await insertAgain(store, BLOCK);
  expect(await storedEvents()).toEqual(ALL);
});

test('events of the same session from other blocks stay as they are', async () => {
  await insertBlock(store, { token: 'spool-0', batches: [batch('session-a', NOON, [4, 5])] });
  await insertAgain(store, BLOCK);
  expect(await storedEvents()).toEqual([...ALL, 'session-a 4', 'session-a 5'].sort());
});

test('who passes messages on is no user, also where a block was interrupted', async () => {
  const batches = [
    JSON.stringify({ ...JSON.parse(batch('session-a', NOON)), events: [{ n: 1, at: NOON, kind: 'push_delivery' }] }),
  ];
  await insertBlock(store, { token: 'spool-1', batches });
  await insertAgain(store, { token: 'spool-1', batches });
  expect(await storedEvents()).toEqual(['session-a 1']);
  expect(await firstSessions()).toEqual([]);
});

test('buckets of what was dropped, that were lost, are told again', async () => {
  const dropped = { ...JSON.parse(batch('session-a', NOON, [])), dropped: [{ n: 7, reason: 'invalid' }] };
  const block = { token: 'spool-1', batches: [JSON.stringify({ ...dropped, receivedAt: NOON + DAY })] };
  await insertBlock(store, block);
  await losePartsOf('buckets');
  expect(await dirtyHours()).toBe(0);
  await insertAgain(store, block);
  expect(await dirtyHours()).toBe(2);
});

test('buckets and first sessions that were lost are told again', async () => {
  await insertBlock(store, BLOCK);
  await losePartsOf('buckets');
  await losePartsOf('user_firsts');
  expect(await dirtyHours()).toBe(0);
  await insertAgain(store, BLOCK);
  expect(await dirtyHours()).toBe(2);
  expect(await firstSessions()).toHaveLength(3);
});
