import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from './ask.js';
import { createAskAgain } from './ask-again.js';
import { listBuckets } from './buckets.js';
import { connectStore } from './connect.js';
import { insertBlock } from './insert-block.js';
import { migrate } from './migrate.js';
import { rollUp } from './roll-up.js';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 2, 2, 4);
const APP = 'wx00000000000000aa';

const directory = mkdtempSync(join(tmpdir(), 'minilens-again-'));
const store = connectStore({ path: directory }, undefined, { connections: 2 });
const askAgain = createAskAgain(store);
let visits = 0;
let rollupIds = 1;

beforeAll(() => migrate(store));
afterAll(async () => {
  await store.close();
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
  return insertBlock(store, { token: `t-${visits}`, batches: [JSON.stringify(batch)] });
};
const rollUpAll = async () => {
  const hours = (await listBuckets(store, APP, 0, 4e12)).map(({ hour }) => hour);
  await rollUp(store, APP, hours, (howMany) => {
    rollupIds += howMany;
    return rollupIds - howMany;
  });
};

test('whatever changed since it was asked before, the answer is that of now', async () => {
  const question = {
    ...{ app: APP, from: NOON - 3 * HOUR, to: NOON + HOUR, timezone: 'UTC' },
    ...{ metrics: ['session_cnt', 'visit_uv_new'] as const, by: ['hour'] as const },
  };
  const expectSame = async (sessions: number) => {
    const rows = await askAgain(question);
    expect(rows).toEqual(await ask(store, question));
    expect(rows.reduce((sum, { session_cnt }) => sum + session_cnt, 0)).toBe(sessions);
  };
  await expectSame(0);
  for (const at of [NOON, NOON, NOON - 2 * HOUR, NOON]) {
    await visit(at);
    await expectSame(visits);
    await expectSame(visits);
    await rollUpAll();
    await expectSame(visits);
    await expectSame(visits);
  }
});

test('questions about the same hours do not take each other’s place', async () => {
  const about = { app: APP, from: NOON - 3 * HOUR, to: NOON + HOUR, timezone: 'UTC' };
  for (let time = 0; time < 2; time++) {
    expect(await askAgain({ ...about, metrics: ['session_cnt'] })).toEqual([{ session_cnt: visits }]);
    expect(await askAgain({ ...about, metrics: ['visit_uv_new'] })).toEqual([{ visit_uv_new: visits }]);
    expect(await askAgain({ ...about, metrics: ['session_cnt'], filter: { version: '2' } })).toEqual([
      { session_cnt: 0 },
    ]);
  }
});
