import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ask } from './ask.js';
import { listBuckets } from './buckets.js';
import { connectStore, execute } from './connect.js';
import { insertBlock } from './insert-block.js';
import { createKeptAnswers, keepAnswers } from './kept-answers.js';
import { migrate } from './migrate.js';
import { rollUp } from './roll-up.js';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 2, 2, 4);
const APP = 'wx00000000000000aa';

const directory = mkdtempSync(join(tmpdir(), 'minilens-kept-'));
const store = connectStore({ path: directory });
/** As what loads and rolls up: another connection to the same directory. */
const writing = connectStore({ path: directory });
const answers = createKeptAnswers(store);
let visits = 0;
let rollupIds = 1;
let asked = 0;

beforeAll(() => migrate(store));
beforeEach(() => {
  asked = 0;
});
afterAll(async () => {
  await store.close();
  await writing.close();
  rmSync(directory, { recursive: true });
});

/** Somebody new opens the app. */
const visit = (at: number) => {
  visits += 1;
  const session = { id: `s${visits}`, user: `user-${visits}`, scene: 1001, entry: 'pages/index/index' };
  const batch = {
    ...{ app: APP, agent: '0.1.0', ip: '203.0.113.7', receivedAt: at + 1000, skewMs: 0, sessionAt: at, session },
    ...{ device: { platform: 'ios', version: '1.0.0' } },
    events: [{ n: 1, at, kind: 'page_show', page: 'pages/index/index' }],
  };
  return insertBlock(writing, { token: `t-${visits}`, batches: [JSON.stringify(batch)] });
};
const rollUpAll = async () => {
  const hours = (await listBuckets(writing, APP, 0, 4e12)).map(({ hour }) => hour);
  await rollUp(writing, APP, hours, (howMany) => {
    rollupIds += howMany;
    return rollupIds - howMany;
  });
};

const PERIOD = { from: NOON - 3 * HOUR, to: NOON + HOUR };
const QUESTION = { app: APP, question: 'of the test', start: PERIOD.from, end: PERIOD.to, madeFrom: 0 };
const find = () => {
  asked += 1;
  const metrics = ['session_cnt', 'visit_uv_new'] as const;
  return ask(store, { app: APP, ...PERIOD, timezone: 'UTC', metrics, by: ['hour'] });
};
const sessionsOf = (rows: Awaited<ReturnType<typeof find>>) =>
  rows.reduce((sum, { session_cnt }) => sum + session_cnt, 0);

test('whatever changed since it was asked before, the answer is that of now', async () => {
  const expectSessions = async (howMany: number) =>
    expect(sessionsOf(await answers.remembered(QUESTION, find))).toBe(howMany);
  await expectSessions(0);
  for (const at of [NOON, NOON, NOON - 2 * HOUR, NOON, NOON - 40 * 24 * HOUR, NOON]) {
    await visit(at);
    const within = visits - (visits > 4 ? 1 : 0);
    await expectSessions(within);
    await expectSessions(within);
    await rollUpAll();
    await expectSessions(within);
    await expectSessions(within);
  }
});

test('nothing is asked for twice while its rollups are in force', async () => {
  await answers.remembered(QUESTION, find);
  await answers.remembered(QUESTION, find);
  await execute(writing, 'OPTIMIZE TABLE buckets FINAL');
  await answers.remembered(QUESTION, find);
  expect(asked).toBe(0);
  await visit(NOON);
  await answers.remembered(QUESTION, find);
  await answers.remembered(QUESTION, find);
  expect(asked).toBe(2);
  await rollUpAll();
  await answers.remembered(QUESTION, find);
  await answers.remembered(QUESTION, find);
  expect(asked).toBe(3);
});

test('an answer that was kept ahead is read, and not when another rollup came into force', async () => {
  const kept = () => createKeptAnswers(store).kept(QUESTION, find);
  await keepAnswers(writing, APP, [{ ...QUESTION, find }], { atMost: 1 });
  expect(asked).toBe(1);
  const before = await kept();
  expect(asked).toBe(1);
  await visit(NOON);
  expect(sessionsOf(await kept())).toBe(sessionsOf(before) + 1);
  await rollUpAll();
  expect(sessionsOf(await kept())).toBe(sessionsOf(before) + 1);
  expect(asked).toBe(3);
});

test('what is forgotten is found again, and what was being found meanwhile is not remembered', async () => {
  await answers.remembered(QUESTION, find);
  asked = 0;
  answers.forget('wx00000000000000bb');
  await answers.remembered(QUESTION, find);
  expect(asked).toBe(0);
  answers.forget(APP);
  await answers.remembered(QUESTION, async () => {
    answers.forget(APP);
    return find();
  });
  await answers.remembered(QUESTION, find);
  await answers.remembered(QUESTION, find);
  expect(asked).toBe(2);
});

test('what was kept of older rollups does not take the place of what was found since', async () => {
  const days = [0, 1].map((day) => ({ ...QUESTION, question: 'by day', start: PERIOD.from + day * HOUR }));
  await keepAnswers(
    writing,
    APP,
    days.map((day) => ({ ...day, find })),
    { atMost: 2 },
  );
  await visit(NOON);
  await rollUpAll();
  asked = 0;
  for (let time = 0; time < 2; time++) for (const day of days) await answers.kept(day, find);
  expect(asked).toBe(2);
});

test('an answer is its asker’s to change', async () => {
  const first = await answers.remembered(QUESTION, find);
  const copy = structuredClone(first);
  first.length = 0;
  expect(await answers.remembered(QUESTION, find)).toEqual(copy);
});

test('questions of other names, periods and apps do not take each other’s place', async () => {
  const about = (changed: object, answer: string) =>
    answers.remembered({ ...QUESTION, ...changed }, async () => answer);
  for (let time = 0; time < 2; time++) {
    expect(await about({ question: 'a' }, 'a')).toBe('a');
    expect(await about({ question: 'b' }, 'b')).toBe('b');
    expect(await about({ question: 'a', start: PERIOD.from + HOUR }, 'later')).toBe('later');
    expect(await about({ question: 'a', app: 'wx00000000000000bb' }, 'of another')).toBe('of another');
  }
});

test('what comes late into a large hour lets answers stand until it is rolled up again, or until it is too much', async () => {
  const give = (loads: number) =>
    execute(
      writing,
      'INSERT INTO buckets (app, hour, loads) SELECT {APP:String}, toDateTime({hour:Int64}), {loads:UInt64}',
      {
        ...{ APP, loads },
        hour: (NOON - HOUR) / 1000,
      },
    );
  const remembered = async () => sessionsOf(await answers.remembered(QUESTION, find));
  const kept = async () => sessionsOf(await createKeptAnswers(store).kept(QUESTION, find));
  await give(1_000_000);
  await rollUpAll();
  const before = await remembered();
  await visit(NOON - HOUR);
  await keepAnswers(writing, APP, [{ ...QUESTION, find }], { atMost: 1 });
  asked = 0;
  expect([await remembered(), await kept()]).toEqual([before, before]);
  expect(asked).toBe(0);
  await give(5_000);
  expect([await remembered(), await kept()]).toEqual([before + 1, before + 1]);
  expect(asked).toBe(2);
  await rollUpAll();
  expect(await remembered()).toBe(before + 1);
  expect(asked).toBe(3);
});
