import { join } from 'node:path';
import { connectStore, execute } from '@minilens/store/connect';
import { keepAnswers } from '@minilens/store/kept-answers';
import { ENDPOINTS } from '@minilens/wechat/endpoints';
import type { JsErrListAnswer } from '@minilens/wechat/operation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { envelopeOf } from '../testing/server.js';
import { ANALYSIS_REQUESTS, NOON_OF_20_JANUARY } from './every-api.fixture.js';
import { standingIssues } from './operation.js';
import { type Account, startWechatServer, type WechatServer } from './wechat-server.fixture.js';

const NOW = NOON_OF_20_JANUARY;
const DAY_MS = 86_400_000;

let server: WechatServer;
let account: Account;
beforeAll(async () => {
  server = await startWechatServer(NOW);
  account = await server.newAccount();
  const startAt = NOW - DAY_MS;
  const error = { n: 1, at: startAt, kind: 'error', source: 'app', name: 'TypeError', errMsg: 'x is not a function' };
  const told = envelopeOf(account, startAt, { events: [error] });
  await server.post(`/v1/import?app=${account.appid}`, JSON.stringify(told), server.asOwner);
  await server.drain();
});
afterAll(() => server.stop());

const ask = async (name: 'getJsErrList' | 'getJsErrDetail', over: object) => {
  const path = `${ENDPOINTS[name].path}?access_token=${account.token}`;
  return (await server.post<JsErrListAnswer>(path, { ...ANALYSIS_REQUESTS[name], ...over })).body;
};

test.each([0, 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53, 1e308])(
  'a page of errors from number %d on is answered',
  async (offset) => {
    const [issue] = (await ask('getJsErrList', {})).data;
    const there = { errcode: 0, data: offset === 0 ? [expect.anything()] : [], totalCount: 1 };
    expect(await ask('getJsErrList', { offset })).toMatchObject(there);
    expect(await ask('getJsErrDetail', { ...issue, offset })).toMatchObject(there);
  },
);

test('single errors of an issue come page by page in both orders, whatever their message is made of', async () => {
  const shop = await server.newAccount();
  const startAt = NOW - DAY_MS;
  const HOUR_MS = 3_600_000;
  const messages = [(n: number) => `order ${n} is half%_off \\ :n`, (n: number) => `order ${n} is halfx-off \\ :n`];
  const errors = Array.from({ length: 40 }, (_, n) => ({
    ...{ n: n + 1, at: startAt + Math.floor(n / 10) * HOUR_MS + n, kind: 'error', source: 'app', name: 'TypeError' },
    // One in ten is told once for a hundred, so that an hour's errors say little of how many single ones it has.
    ...{ errMsg: messages[n % 2]?.(n), count: n % 10 === 0 ? 100 : 1 },
  }));
  const told = envelopeOf(shop, startAt, { events: errors });
  await server.post(`/v1/import?app=${shop.appid}`, JSON.stringify(told), server.asOwner);
  await server.drain();

  const askShop = async (name: 'getJsErrList' | 'getJsErrDetail', over: object) => {
    const path = `${ENDPOINTS[name].path}?access_token=${shop.token}`;
    return (await server.post<JsErrListAnswer>(path, { ...ANALYSIS_REQUESTS[name], ...over })).body;
  };
  const issue = (await askShop('getJsErrList', {})).data.find(({ errorMsg }) => errorMsg.includes('%_off'));
  expect(issue).toMatchObject({ errorMsg: 'TypeError: order :n is half%_off \\ :n', pv: 16 + 4 * 100 });
  const pages = async (desc: string) => {
    const found = await Promise.all(
      [0, 6, 12, 18].map((offset) => askShop('getJsErrDetail', { ...issue, desc, offset, limit: 6 })),
    );
    expect(found.map(({ totalCount }) => totalCount)).toEqual([20, 20, 20, 20]);
    return found.flatMap(({ data }) => data.map(({ errorMsg }) => Number(/order (\d+)/.exec(errorMsg)?.[1])));
  };
  const expected = Array.from({ length: 20 }, (_, i) => i * 2);
  expect(await pages('0')).toEqual(expected);
  expect(await pages('1')).toEqual(expected.reverse());
});

test.each([
  // 32 bits of seconds after the errors there are.
  ['2162-02-20', '2162-03-01'],
  ['9999-12-31', '9999-12-31'],
])('errors from %s to %s are of no time these APIs have', async (startTime, endTime) => {
  const issue = { errorMsgMd5: '', errorStackMd5: '' };
  expect(await ask('getJsErrList', { startTime, endTime })).toMatchObject({ errcode: 200002 });
  expect(await ask('getJsErrDetail', { ...issue, startTime, endTime })).toMatchObject({ errcode: 200002 });
});

test('errors of the day, the week and the thirty days to yesterday are found before anybody asks', async () => {
  const range = { from: '2025-12-20', to: '2026-01-20' };
  await server.post(`/api/v1/apps/${account.appid}/rollup`, range, server.asOwner);
  const store = connectStore({ path: join(server.data, 'events') });
  const standing = standingIssues(store, account.appid, NOW);
  expect(await keepAnswers(store, account.appid, standing, { atMost: 10 })).toBe(3);
  // Behind the server's back: who counts now finds nothing.
  for (const table of ['error_hours', 'error_user_hours']) await execute(store, `TRUNCATE TABLE ${table}`);
  await store.close();

  const errorsFrom = async (startTime: string) =>
    (await ask('getJsErrList', { startTime, endTime: '2026-01-19' })).data.map(({ pv, uv }) => [pv, uv]);
  for (const start of ['2026-01-19', '2026-01-13', '2025-12-21']) expect(await errorsFrom(start)).toEqual([[1, 1]]);
  expect(await errorsFrom('2026-01-14')).toEqual([]);
});
