import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../ask.js';
import { closeBuckets, listBuckets } from '../buckets.js';
import { connectStore, execute, Store } from '../connect.js';
import { insertBlock } from '../insert-block.js';
import { migrate } from '../migrate.js';
import { rollUp } from '../roll-up.js';
import { type EventFilter, findEvents } from './find-events.js';

const HOUR_MS = 3_600_000;
const AT = Date.UTC(2026, 2, 1, 16);
const APP = 'wx00000000000000aa';
const HOURS = 4;
const RANGE = { app: APP, from: AT, to: AT + 24 * HOUR_MS };

const directory = mkdtempSync(join(tmpdir(), 'minilens-issue-errors-'));
const store = connectStore({ path: directory });
let issue = '';

/** Ten errors in each of four hours, every other one of the issue; one in ten is told once for a hundred. */
const told = Array.from({ length: HOURS * 10 }, (_, i) => ({
  ...{ at: AT + Math.floor(i / 10) * HOUR_MS + (i % 10) * 60_000, isOfIssue: i % 2 === 0 },
  ...{ errMsg: `order ${i} is ${i % 2 === 0 ? 'gone' : 'going'}`, count: i % 10 === 0 ? 100 : 1 },
  ...{ version: i % 4 === 0 ? '1.1' : '1.0', platform: i % 3 === 0 ? 'ios' : 'android' },
}));

beforeAll(async () => {
  await migrate(store);
  const batches = told.map(({ at, errMsg, count, version, platform }, i) =>
    JSON.stringify({
      ...{ app: APP, agent: '0.1.0', ip: '203.0.113.7', receivedAt: at + 9_000, skewMs: 0, sessionAt: AT },
      ...{ session: { id: `session-${i}`, user: `user-${i}` }, device: { version, platform } },
      events: [{ n: 1, at, kind: 'error', source: 'app', name: 'TypeError', errMsg, count }],
    }),
  );
  await insertBlock(store, { token: 'errors', batches });
  const by = ['issue', 'message'] as const;
  const issues = await ask(store, { ...RANGE, timezone: 'UTC', metrics: ['jsErrors'], by });
  issue = issues.find(({ message }) => message === 'order :n is gone')?.issue ?? '';
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

/** Page by page: the totals of all pages, and the messages of what was found. */
async function findAll(over: Partial<EventFilter> = {}) {
  const totals = new Set<number>();
  const messages: (string | undefined)[] = [];
  for (let offset = 0; ; offset += 3) {
    const page = { sort: 'at', limit: 3, offset, now: RANGE.to } as const;
    const { total, items } = await findEvents(store, { ...RANGE, issue, ...over }, page);
    totals.add(total);
    messages.push(...items.map((item) => ('errMsg' in item ? item.errMsg : undefined)));
    if (items.length < 3) return { totals: [...totals], messages };
  }
}

const expected = (isAsked: (one: (typeof told)[number]) => boolean) => {
  const messages = told.filter((one) => one.isOfIssue && isAsked(one)).map(({ errMsg }) => errMsg);
  return { totals: [messages.length], messages: messages.reverse() };
};

const SEARCHES: [what: string, over: Partial<EventFilter>, isAsked: (one: (typeof told)[number]) => boolean][] = [
  ['all of them', {}, () => true],
  ['those of one version', { version: ['1.1'] }, ({ version }) => version === '1.1'],
  ['those of two versions', { version: ['1.1', '1.0'] }, () => true],
  ['those of one platform', { platform: ['ios'] }, ({ platform }) => platform === 'ios'],
  ['those from half past on', { from: AT + HOUR_MS + 5 * 60_000 }, ({ at }) => at >= AT + HOUR_MS + 5 * 60_000],
  ['those before half past', { to: AT + HOUR_MS + 5 * 60_000 }, ({ at }) => at < AT + HOUR_MS + 5 * 60_000],
  ['those of one user', { user: ['user-4'] }, ({ errMsg }) => errMsg === 'order 4 is gone'],
];

const hoursOf = async () => (await listBuckets(store, APP, 0, 4e12)).map(({ hour }) => hour);

test.each([
  ['hours that wait for their rollup', async () => {}],
  ['hours of which some are rolled up', async () => rollUp(store, APP, (await hoursOf()).slice(1), (n) => 10 + n)],
  ['hours that are rolled up', async () => rollUp(store, APP, await hoursOf(), (n) => 100 + n)],
  [
    'an hour that an older version rolled up',
    () =>
      execute(
        store,
        `ALTER TABLE error_hours UPDATE records = 0 WHERE toUnixTimestamp(hour) = ${AT / 1000} SETTINGS mutations_sync = 1`,
      ),
  ],
])('single errors of an issue are found and counted once each, in %s', async (_, prepare) => {
  await prepare();
  for (const [what, over, isAsked] of SEARCHES) expect([what, await findAll(over)]).toEqual([what, expected(isAsked)]);
});

test('each statement over events says what it may take, also over hours that wait for their rollup', async () => {
  const asked: string[] = [];
  const client = await store.run(async (own) => own);
  const watched = new Proxy(client, {
    get: (target, name) => {
      if (name !== 'query') return Reflect.get(target, name).bind(target);
      return (params: Parameters<ClickHouseClient['query']>[0]) => {
        asked.push(params.query);
        return target.query(params);
      };
    },
  });
  const page = { sort: 'at', limit: 1, offset: 0, now: RANGE.to } as const;
  await findEvents(new Store([watched]), { ...RANGE, issue, platform: ['ios'] }, page);
  const overEvents = asked.filter((query) => /FROM (events|error_hours)\b/.test(query));
  expect(overEvents.length).toBeGreaterThanOrEqual(3);
  for (const query of overEvents) expect(query).toMatch(/max_execution_time = 20, max_memory_usage = 2147483648/);
});

test('nothing takes time of an error, and of no issue there is none', async () => {
  const page = { limit: 3, offset: 0, now: RANGE.to };
  expect(await findEvents(store, { ...RANGE, issue }, { ...page, sort: 'durationMs' })).toEqual({
    total: 0,
    items: [],
  });
  expect(await findEvents(store, { ...RANGE, issue: 'none' }, { ...page, sort: 'at' })).toEqual({
    total: 0,
    items: [],
  });
});

test('of hours whose events are gone nothing is found or counted, though their numbers stay', async () => {
  await rollUp(store, APP, await hoursOf(), (n) => 1_000 + n);
  await closeBuckets(store, new Map([[APP, AT + HOUR_MS]]));
  expect(await findAll()).toEqual(expected(({ at }) => at >= AT + HOUR_MS));
  expect(await ask(store, { ...RANGE, timezone: 'UTC', metrics: ['jsErrors'], filter: { issue } })).toEqual([
    { jsErrors: 20 + HOURS * 99 },
  ]);
});
