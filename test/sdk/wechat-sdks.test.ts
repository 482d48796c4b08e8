import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestAccess } from '../../packages/server/src/wechat/access.fixture.js';
import type { TokenStore } from '../../packages/server/src/wechat/access-tokens.js';
import type { Analysis } from '../../packages/server/src/wechat/analysis.js';
import type { Operation } from '../../packages/server/src/wechat/operation.js';
import { wechatApi } from '../../packages/server/src/wechat/wechat-api.js';
import { createCoWechatApi, createWechatApi, type WechatClient } from './wechat-clients.js';

// The server is taken as built, like in the other whole-system tests: build before running this file alone.

const credentials = { appid: 'wx0123456789abcdef', secret: 'a-secret-of-the-test' };
const NOW = Date.now(); // the SDKs read the clock of the machine
const TREND = {
  session_cnt: 1082,
  visit_pv: 4573,
  visit_uv: 495,
  visit_uv_new: 0,
  stay_time_uv: 86.0586,
  stay_time_session: 39.3706,
  visit_depth: 2.6562,
};
const ANSWER = { list: [{ ref_date: '20210912', ...TREND }] };

let now = NOW;
let counted: number[] = [];
let tokens: TokenStore;
let baseUrl = '';
const app = Fastify();

beforeAll(async () => {
  const access = await openTestAccess(() => now);
  tokens = access.tokens;
  await app.register(wechatApi, {
    ...access,
    verifySecret: async (appid, secret) => {
      if (appid !== credentials.appid) return 'unknown_app';
      return secret === credentials.secret ? 'ok' : 'wrong_secret';
    },
    analysis: { visitTrend: async () => TREND } as Partial<Analysis> as Analysis,
    operation: {} as Operation,
    now: () => now,
    random: Math.random,
    count: (errcode) => void counted.push(errcode),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(() => app.close());
beforeEach(() => {
  now = NOW;
  counted = [];
});

/** The answer as plain data: one of the SDKs parses JSON into objects without a prototype. */
const plain = (answer: unknown) => JSON.parse(JSON.stringify(answer));

const day = (client: WechatClient, date = '20210912') => client.getDailyVisitTrend(date, date);

describe.each([
  ['wechat-api', createWechatApi],
  ['co-wechat-api', createCoWechatApi],
])('%s', (_name, create) => {
  test('fetches one token and reads several days with it', async () => {
    const client = create(baseUrl, credentials);
    expect(plain(await day(client))).toEqual(ANSWER);
    expect(plain(await day(client, '20210913'))).toEqual({ list: [{ ref_date: '20210913', ...TREND }] });
    expect(counted).toEqual([0, 0, 0]);
  });

  test.each([
    [{ ...credentials, secret: 'x' }, 40125, 'invalid appsecret'],
    [{ ...credentials, appid: 'wx00000000000000ff' }, 40013, 'invalid appid'],
  ])('is told what is wrong with its credentials: case %#', async (wrong, code, text) => {
    await expect(day(create(baseUrl, wrong))).rejects.toMatchObject({
      name: 'WeChatAPIError',
      code,
      message: expect.stringMatching(new RegExp(`^${text} rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$`)),
    });
  });

  test.each([
    ['a date that is none', '20210931', 61500],
    ['a day to come', '20991231', 61501],
  ])('is told about %s', async (_case, date, code) => {
    await expect(day(create(baseUrl, credentials), date)).rejects.toMatchObject({ name: 'WeChatAPIError', code });
  });

  test('is told when it asks for what is not served', async () => {
    const asking = create(baseUrl, credentials).getUserSummary('2021-09-12', '2021-09-12');
    await expect(asking).rejects.toMatchObject({ name: 'WeChatAPIError', code: -1 });
  });
});

test('co-wechat-api fetches a new token and asks again when its token is revoked', async () => {
  const client = createCoWechatApi(baseUrl, credentials);
  await day(client);
  await tokens.revoke(credentials.appid);
  expect(plain(await day(client))).toEqual(ANSWER);
  expect(counted).toEqual([0, 0, 40001, 0, 0]);
});

test('co-wechat-api fetches a new token and asks again when its token has expired', async () => {
  const client = createCoWechatApi(baseUrl, credentials);
  await day(client);
  now = NOW + 7_200_000;
  expect(plain(await day(client))).toEqual(ANSWER);
  expect(counted).toEqual([0, 0, 42001, 0, 0]);
});

test('wechat-api asks twice with a revoked token, then gives up', async () => {
  const client = createWechatApi(baseUrl, credentials);
  await day(client);
  await tokens.revoke(credentials.appid);
  await expect(day(client)).rejects.toMatchObject({ code: 40001 });
  expect(counted).toEqual([0, 0, 40001, 40001]);
});

test('two clients of one app both work while the older token lasts, and the older one comes back after it', async () => {
  const older = createCoWechatApi(baseUrl, credentials);
  const newer = createWechatApi(baseUrl, credentials);
  await day(older);
  await day(newer);
  expect(plain(await day(older))).toEqual(ANSWER);
  now = NOW + 300_000;
  expect(plain(await day(older))).toEqual(ANSWER);
  expect(plain(await day(newer))).toEqual(ANSWER);
  expect(counted).toEqual([0, 0, 0, 0, 0, 40001, 0, 0, 0]);
});
