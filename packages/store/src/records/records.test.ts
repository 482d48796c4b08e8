import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESSION_FAILURES, type SessionFailure } from '@minilens/wire/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectStore, execute, selectRows } from '../connect.js';
import { insertBlock } from '../insert-block.js';
import { migrate } from '../migrate.js';
import { isTooLarge } from '../too-large.js';
import { findCalls } from './find-calls.js';
import { findEvents } from './find-events.js';
import { findSessions } from './find-sessions.js';
import { readSession } from './read-session.js';
import { readUser } from './read-user.js';

const HOUR_MS = 3_600_000;
const AT = Date.UTC(2026, 2, 1, 16);
const APP = 'wx00000000000000aa';
const RANGE = { app: APP, from: AT, to: AT + 24 * HOUR_MS };

const directory = mkdtempSync(join(tmpdir(), 'minilens-records-'));
const store = connectStore({ path: directory });
beforeAll(() => migrate(store));
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

let blocks = 0;
const load = (app: string, user: string, events: object[], over: object = {}) =>
  insertBlock(store, {
    token: `r-${blocks++}`,
    batches: [
      JSON.stringify({
        ...{ app, agent: '0.1.0', ip: '203.0.113.7', receivedAt: AT + 9_000, skewMs: 0, sessionAt: AT },
        ...{ session: { id: `session-of-${user}`, user }, device: { platform: 'ios' }, events },
        ...over,
      }),
    ],
  });

test('each kind tells its own words, also a 0 that was measured, and none that was not', async () => {
  await load(APP, 'everybody', [
    { n: 1, at: AT, kind: 'app_show', scene: 1007, referrer: 'wx00000000000000bb', sharedBy: 'somebody-else' },
    { n: 2, at: AT, kind: 'page_hide', page: 'a', view: 1, stayMs: 0 },
    { n: 3, at: AT, kind: 'call', name: 'login', outcome: 'unknown' },
    { n: 4, at: AT, kind: 'call', name: 'login', outcome: 'fail', durationMs: 0, errCode: 0, args: '{"timeout":5}' },
    { n: 5, at: AT, kind: 'request', method: 'GET', host: '', path: '', outcome: 'abort' },
    { n: 6, at: AT, kind: 'performance', name: 'memory', value: 0 },
    { n: 7, at: AT, kind: 'error', source: 'app', name: '', errMsg: 'x', steps: ['-3 call login'] },
    { n: 8, at: AT, kind: 'user', openid: 'o-1', props: '{"level":"gold"}' },
    { n: 9, at: AT, kind: 'app_hide' },
  ]);
  const { total, items } = await findEvents(store, RANGE, { sort: 'at', limit: 50, offset: 0, now: RANGE.to });
  const common = {
    ...{ at: AT, receivedAt: AT + 9_000, user: 'everybody', session: 'session-of-everybody', platform: 'ios' },
    ...{ system: '', model: '', wechat: '', sdk: '', network: '', version: '', env: '' },
  };
  expect([total, ...items.reverse()]).toEqual([
    9,
    { ...common, n: 1, kind: 'app_show', scene: 1007 },
    { ...common, n: 2, kind: 'page_hide', page: 'a', stayMs: 0 },
    { ...common, n: 3, kind: 'call', name: 'login', outcome: 'unknown' },
    { ...common, n: 4, kind: 'call', name: 'login', outcome: 'fail', durationMs: 0, errCode: 0, args: '{"timeout":5}' },
    { ...common, n: 5, kind: 'request', method: 'GET', host: '', path: '', outcome: 'abort' },
    { ...common, n: 6, kind: 'performance', name: 'memory', value: 0 },
    { ...common, n: 7, kind: 'error', name: '', errMsg: 'x', count: 1, steps: ['-3 call login'] },
    { ...common, n: 8, kind: 'user', props: '{"level":"gold"}' },
    { ...common, n: 9, kind: 'app_hide' },
  ]);
});

test('what was dropped on arrival is not missing, and what never came is', async () => {
  const launches = [1, 5].map((n) => ({ n, at: AT, kind: 'launch' }));
  const dropped = [2, 7].map((n) => ({ n, reason: 'invalid' }));
  await load(APP, 'lossy', launches, { dropped });
  expect(await readSession(store, APP, 'session-of-lossy')).toMatchObject({ missing: 3, session: { events: 2 } });
});

test('of a long session the first 2,000 events are shown, and that there are more', async () => {
  await load(
    APP,
    'tireless',
    Array.from({ length: 2_001 }, (_, i) => ({ n: i + 1, at: AT + i, kind: 'launch' })),
  );
  const detail = await readSession(store, APP, 'session-of-tireless');
  expect(detail).toMatchObject({ missing: 0, more: true, session: { events: 2_001 } });
  expect(detail?.events.map(({ n }) => n)).toEqual(Array.from({ length: 2_000 }, (_, i) => i + 1));
});

test('who passes messages on is no user and has no session', async () => {
  const delivery = { kind: 'push_delivery', delivery: 'd', messageKey: 'k', attempt: 1, msgType: 'text', host: 'h' };
  await load('wx00000000000000dd', 'sender', [{ ...delivery, n: 1, at: AT, outcome: 'ok', durationMs: 5 }]);
  const range = { ...RANGE, app: 'wx00000000000000dd' };
  const page = { limit: 50, offset: 0, now: RANGE.to };
  expect(await findEvents(store, range, { sort: 'durationMs', ...page })).toEqual({ total: 0, items: [] });
  expect(await findSessions(store, range, page)).toEqual({ total: 0, items: [] });
  expect(await readSession(store, range.app, 'session-of-sender')).toBeUndefined();
  expect(await readUser(store, range.app, 'sender')).toBeUndefined();
});

test('sessions are told by what went wrong in them', async () => {
  const app = 'wx00000000000000cc';
  await load(app, 'caller', [{ n: 1, at: AT, kind: 'call', name: 'login', outcome: 'fail' }]);
  await load(app, 'asker', [
    { n: 1, at: AT, kind: 'request', method: 'GET', host: 'h', path: '/', outcome: 'network_error' },
  ]);
  await load(app, 'thrower', [{ n: 1, at: AT, kind: 'error', source: 'app', name: '', errMsg: 'x', page: 'a' }]);
  await load(app, 'lucky', [
    { n: 1, at: AT, kind: 'call', name: 'login', outcome: 'cancel' },
    { n: 2, at: AT, kind: 'request', method: 'GET', host: 'h', path: '/', outcome: 'abort' },
    { n: 3, at: AT, kind: 'request', name: 'connectSocket', host: 'h', path: '/', outcome: 'network_error' },
  ]);
  const having = async (failures: readonly SessionFailure[], over: object = {}) => {
    const filter = { ...RANGE, app, having: failures, ...over };
    const { total, items } = await findSessions(store, filter, { limit: 50, offset: 0, now: RANGE.to });
    return [total, ...items.map(({ user }) => user).sort()];
  };
  expect(await having(['failedCalls'])).toEqual([1, 'caller']);
  expect(await having(['failedRequests'])).toEqual([1, 'asker']);
  expect(await having(['errors'])).toEqual([1, 'thrower']);
  expect(await having(['failedCalls', 'errors'])).toEqual([2, 'caller', 'thrower']);
  expect(await having(SESSION_FAILURES)).toEqual([3, 'asker', 'caller', 'thrower']);
  // The event that failed must pass the other filters itself.
  expect(await having(SESSION_FAILURES, { page: ['a'] })).toEqual([1, 'thrower']);
});

test('a user whose events are gone is still known by when they first came', async () => {
  const app = 'wx00000000000000ee';
  await load(app, 'gone', [{ n: 1, at: AT, kind: 'launch' }]);
  await execute(store, 'ALTER TABLE events DELETE WHERE app = {app:String} SETTINGS mutations_sync = 2', { app });
  const nothing = { openids: [], unionids: [], sessions: 0, lastSessionAt: null };
  expect(await readUser(store, app, 'gone')).toEqual({ user: 'gone', ...nothing, firstSessionAt: AT });
});

test('more than 100,000 are counted as 100,000', async () => {
  const app = 'wx00000000000000ff';
  await execute(
    store,
    `INSERT INTO events (app, session_hour, session_at, user_id, session_id, n, kind, at)
    SELECT {app:String}, toDateTime({at:Int64}, 'UTC') AS start, start, concat('u', number), concat('s', number), 1, 'launch', start
    FROM numbers(100100)`,
    { app, at: AT / 1000 },
  );
  const page = { limit: 3, offset: 100_000, now: RANGE.to };
  const range = { ...RANGE, app };
  expect(await findEvents(store, range, { sort: 'at', ...page })).toMatchObject({
    total: 100_000,
    items: { length: 3 },
  });
  expect(await findSessions(store, range, page)).toMatchObject({ total: 100_000, items: { length: 3 } });
  await execute(
    store,
    `INSERT INTO events (app, session_hour, session_at, user_id, session_id, n, kind, name, outcome, at)
    SELECT {app:String}, toDateTime({at:Int64}, 'UTC') AS start, start, 'u', 's', number, 'call', 'login', 'fail', start
    FROM numbers(100100)`,
    { app, at: AT / 1000 },
  );
  const calls = { app, name: 'login', from: RANGE.from, to: RANGE.to };
  expect(await findCalls(store, calls, page)).toMatchObject({ total: 100_000, items: { length: 3 } });
});

test.each([
  ['a session', 'session_id = {word:String}', 'session_bloom'],
  ['an openid or unionid', '(openid = {word:String} OR unionid = {word:String})', 'session_bloom'],
  ['what arrived lately', "received_at >= '2030-01-01'", 'received_range'],
])('for %s the store need not read everything', async (_what, where, index) => {
  const plan = await selectRows<{ explain: string }>(
    store,
    `EXPLAIN indexes = 1 SELECT count() FROM events WHERE app = {app:String} AND ${where}`,
    { app: APP, word: 'of-nobody' },
  );
  expect(plan.map(({ explain }) => explain).join('\n')).toContain(`Name: ${index}`);
});

test('a statement that takes more than it may is told from one that fails', async () => {
  const failing = (query: string) => selectRows(store, query).then(() => undefined, isTooLarge);
  expect(await failing('SELECT count() FROM numbers(1000000000000) SETTINGS max_execution_time = 1')).toBe(true);
  expect(await failing('SELECT nothing FROM events')).toBe(false);
});
