import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { ENDPOINTS } from '../endpoints.js';
import type { Errcode } from '../errors.js';
import { APPID, type Outcome, type Platform, RID, refusal, SECRET, startPlatform } from './platform.fixture.js';
import { memoryTokenCache } from './token-cache.js';
import { createWechat, type WechatOptions } from './wechat.js';

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
const DAY = { beginDate: '20210912', endDate: '20210912' };

const dailyTrend = ENDPOINTS.getDailyVisitTrend;
const stableToken = ENDPOINTS.getStableAccessToken;

let platform: Platform;
let pausesMs: number[];

beforeEach(async () => {
  platform = await startPlatform();
  platform.answers(dailyTrend, ANSWER);
  pausesMs = [];
});
afterEach(() => platform.close());

const create = (options: Partial<WechatOptions> = {}) =>
  createWechat({
    appid: APPID,
    secret: SECRET,
    baseUrl: platform.baseUrl,
    now: platform.now,
    random: () => 0,
    wait: async (ms) => void pausesMs.push(ms),
    ...options,
  });

const failure = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => expect.fail('It should have failed.'),
    (error) => error,
  );

describe('requests and answers', () => {
  test('are in camel case here and in the platform’s words on the wire', async () => {
    const answer = await create().analysis.getDailyVisitTrend(DAY);
    expectTypeOf(answer.list[0]?.stayTimeUv).toEqualTypeOf<number | undefined>();
    expect(answer).toEqual({
      list: [
        {
          refDate: '20210912',
          sessionCnt: 1082,
          visitPv: 4573,
          visitUv: 495,
          visitUvNew: 0,
          stayTimeUv: 86.0586,
          stayTimeSession: 39.3706,
          visitDepth: 2.6562,
        },
      ],
    });
    expect(platform.asked.at(-1)).toMatchObject({
      method: 'POST',
      path: '/datacube/getweanalysisappiddailyvisittrend',
      query: { access_token: expect.stringMatching(/^37_/) },
      body: '{"begin_date":"20210912","end_date":"20210912"}',
    });
  });

  test('nested fields are changed as well, and a success does not repeat that it is one', async () => {
    platform.answers(ENDPOINTS.getPerformanceData, {
      errcode: 0,
      errmsg: 'ok',
      data: { body: { tables: [], count: 0 } },
    });
    const answer = await create().performance.getPerformanceData({
      module: '10022',
      time: { beginTimestamp: 1609603200, endTimestamp: 1609689600 },
      params: [{ field: 'device_level', value: '1' }],
    });
    expect(answer).toEqual({ data: { body: { tables: [], count: 0 } } });
    expect(platform.asked.at(-1)?.body).toBe(
      '{"module":"10022","time":{"begin_timestamp":1609603200,"end_timestamp":1609689600},"params":[{"field":"device_level","value":"1"}]}',
    );
  });

  test('fields that the platform itself writes in camel case stay so', async () => {
    platform.answers(ENDPOINTS.getJsErrDetail, { success: true, data: [{ DeviceModel: 'Pixel', Ds: '2021-01-25' }] });
    const { data } = await create().operation.getJsErrDetail({
      startTime: '2021-01-25',
      endTime: '2021-01-25',
      errorMsgMd5: 'a',
      errorStackMd5: 'b',
      appVersion: '0',
      sdkVersion: '0',
      osName: '0',
      clientVersion: '0',
      openid: '',
      offset: 0,
      limit: 30,
      desc: '0',
    });
    expect(data).toEqual([{ deviceModel: 'Pixel', ds: '2021-01-25' }]);
    expect(JSON.parse(platform.asked.at(-1)?.body ?? '')).toMatchObject({ errorMsgMd5: 'a', startTime: '2021-01-25' });
  });

  test('numbers that come as JSON text are unwrapped', async () => {
    platform.answers(ENDPOINTS.getPerformance, {
      default_time_data: '{"list":[{"ref_date":"20191029","cost_time_type":2,"cost_time":1533}]}',
      compare_time_data: '',
      errcode: 0,
    });
    const asked = { costTimeType: 2, defaultStartTime: 1572278400, defaultEndTime: 1572364800 };
    expect(await create().operation.getPerformance(asked)).toEqual({
      defaultTimeData: { list: [{ refDate: '20191029', costTimeType: 2, costTime: 1533 }] },
      compareTimeData: { list: [] },
    });
  });

  test('a GET carries its fields in the query, and needs none where there are none', async () => {
    const { operation } = create();
    await operation.getFeedback({ page: 1, num: 20 });
    expect(platform.asked.at(-1)).toMatchObject({ method: 'GET', query: { page: '1', num: '20' }, body: '' });
    platform.answers(ENDPOINTS.getSceneList, { errcode: 0, errmsg: 'ok', scene: [{ name: '全部', value: '@_all' }] });
    expect(await operation.getSceneList()).toEqual({ scene: [{ name: '全部', value: '@_all' }] });
  });

  test('what the client knows itself nobody has to give', async () => {
    const { quota } = create();
    await quota.clearQuota();
    expect(platform.asked.at(-1)?.body).toBe(`{"appid":"${APPID}"}`);
    await quota.clearQuotaByAppSecret();
    expect(platform.asked.at(-1)).toMatchObject({ query: { appid: APPID, appsecret: SECRET }, body: '' });
  });
});

describe('the access token', () => {
  test('is fetched once for many calls at a time', async () => {
    const { analysis } = create();
    await Promise.all(Array.from({ length: 20 }, () => analysis.getDailyVisitTrend(DAY)));
    expect(platform.timesAsked(stableToken)).toBe(1);
    expect(platform.timesAsked(dailyTrend)).toBe(20);
  });

  test('is asked for once when it is refused to many callers at a time', async () => {
    const { analysis } = create({ secret: 'wrong' });
    const calls = Array.from({ length: 20 }, () => failure(analysis.getDailyVisitTrend(DAY)));
    expect(new Set(await Promise.all(calls)).size).toBe(1);
    expect(platform.timesAsked(stableToken)).toBe(1);
  });

  test('is fetched once for all clients that share a cache', async () => {
    const tokens = memoryTokenCache();
    await Promise.all([1, 2, 3].map(() => create({ tokens }).analysis.getDailyVisitTrend(DAY)));
    expect(platform.timesAsked(stableToken)).toBe(1);
  });

  test('is replaced before it ends, and not sooner', async () => {
    const { analysis } = create();
    await analysis.getDailyVisitTrend(DAY);
    platform.pass(7200 - 201);
    await analysis.getDailyVisitTrend(DAY);
    expect(platform.timesAsked(stableToken)).toBe(1);
    platform.pass(1);
    await analysis.getDailyVisitTrend(DAY);
    expect(platform.timesAsked(stableToken)).toBe(2);
  });

  test.each([40001, 40014, 42001] as const)('is replaced once when it is refused with %i', async (errcode) => {
    platform.answers(dailyTrend, refusal(errcode), ANSWER);
    expect((await create().analysis.getDailyVisitTrend(DAY)).list).toHaveLength(1);
    expect(platform.timesAsked(dailyTrend)).toBe(2);
    const [before, after] = platform.asked.filter(({ path }) => path === dailyTrend.path);
    expect(after?.query.access_token).not.toBe(before?.query.access_token);
  });

  test('is replaced once and not again when the new one is refused too', async () => {
    platform.answers(dailyTrend, refusal(40001));
    await expect(create().analysis.getDailyVisitTrend(DAY)).rejects.toMatchObject({ errcode: 40001 });
    expect(platform.timesAsked(dailyTrend)).toBe(2);
  });

  test('is replaced once and not again when the platform is busy between', async () => {
    platform.answers(dailyTrend, refusal(40001), refusal(-1), refusal(40001));
    await expect(create().analysis.getDailyVisitTrend(DAY)).rejects.toMatchObject({ errcode: 40001 });
    expect(platform.timesAsked(dailyTrend)).toBe(3);
  });

  test('is refreshed by force only when the refused one is given out again', async () => {
    const { analysis } = create();
    await analysis.getDailyVisitTrend(DAY);
    platform.revokeTokens();
    await analysis.getDailyVisitTrend(DAY);
    platform.revokeTokens({ givenOutAgain: true });
    await analysis.getDailyVisitTrend(DAY);
    const forced = platform.asked.filter(({ path }) => path === stableToken.path).map(({ body }) => JSON.parse(body));
    expect(forced.map(({ force_refresh }) => force_refresh)).toEqual([undefined, undefined, undefined, true]);
  });

  test('comes from the classic endpoint where that is wanted', async () => {
    await create({ classic: true }).analysis.getDailyVisitTrend(DAY);
    expect(platform.asked[0]).toMatchObject({
      method: 'GET',
      path: '/cgi-bin/token',
      query: { grant_type: 'client_credential', appid: APPID, secret: SECRET },
    });
  });
});

describe('an error', () => {
  test.each<[Errcode, string]>([
    [45009, 'QuotaError'],
    [47001, 'WechatApiError'],
    [48001, 'WechatApiError'],
    [61500, 'WechatApiError'],
    [61501, 'WechatApiError'],
    [61503, 'NotReadyError'],
  ])('%i goes to the caller at once, as %s', async (errcode, name) => {
    platform.answers(dailyTrend, refusal(errcode));
    await expect(create().analysis.getDailyVisitTrend(DAY)).rejects.toMatchObject({ name, errcode, retryable: false });
    expect(platform.timesAsked(dailyTrend)).toBe(1);
    expect(pausesMs).toEqual([]);
  });

  test('has code, text, rid and endpoint apart', async () => {
    platform.answers(dailyTrend, refusal(61501));
    await expect(create().analysis.getDailyVisitTrend(DAY)).rejects.toMatchObject({
      errcode: 61501,
      errmsg: 'date range error',
      rid: RID,
      endpoint: dailyTrend.path,
      message: `${dailyTrend.path} answered 61501: date range error (rid ${RID})`,
    });
  });

  test.each<[string, Outcome]>([
    ['the platform is busy (-1)', refusal(-1)],
    ['the platform is busy (61504)', refusal(61504)],
    ['the connection is cut', 'cut'],
    ['a proxy has no server behind it', 502],
  ])('is met with another try, each later than the one before, when %s', async (_case, outcome) => {
    platform.answers(dailyTrend, outcome, outcome, ANSWER);
    expect((await create().analysis.getDailyVisitTrend(DAY)).list).toHaveLength(1);
    expect(pausesMs).toEqual([500, 1000]);
  });

  test('is met with tries that reach into the next minute when the minute’s quota is used up', async () => {
    platform.answers(dailyTrend, refusal(45011));
    await expect(create({ random: () => 0.5 }).analysis.getDailyVisitTrend(DAY)).rejects.toMatchObject({
      name: 'QuotaError',
      retryable: true,
    });
    expect(pausesMs).toEqual([15_000, 30_000, 60_000]);
  });

  test('that stays is given to the caller after the last try', async () => {
    platform.answers(dailyTrend, refusal(-1));
    await expect(create({ retries: 2 }).analysis.getDailyVisitTrend(DAY)).rejects.toMatchObject({ errcode: -1 });
    expect(platform.timesAsked(dailyTrend)).toBe(3);
  });

  test('while the token is fetched is met with another try as well', async () => {
    platform.answers(stableToken, refusal(-1), { access_token: 'unknown', expires_in: 7200 });
    await expect(create().analysis.getDailyVisitTrend(DAY)).rejects.toMatchObject({ errcode: 40001 });
    expect(pausesMs).toEqual([500]);
  });

  test('that leaves open whether the quota was cleared is not met with another try', async () => {
    platform.answers(ENDPOINTS.clearQuota, 'cut');
    await expect(create().quota.clearQuota()).rejects.toMatchObject({ name: 'WechatNetworkError', reason: 'cut' });
    expect(platform.timesAsked(ENDPOINTS.clearQuota)).toBe(1);
  });

  test.each<[string, Outcome, object]>([
    ['no answer in time', 'hang', { reason: 'timeout', retryable: true }],
    ['no server of these APIs', 404, { reason: 'unreadable', retryable: false }],
    ['a server that sends it elsewhere', 307, { reason: 'unreadable', retryable: false }],
  ])('says when there was %s', async (_case, outcome, expected) => {
    platform.answers(dailyTrend, outcome);
    const client = create({ timeoutMs: 200, retries: 0 });
    await expect(client.analysis.getDailyVisitTrend(DAY)).rejects.toMatchObject({
      name: 'WechatNetworkError',
      endpoint: dailyTrend.path,
      ...expected,
    });
    expect(platform.asked).toHaveLength(2); // the token, and this
  });

  test('says when nobody listens', async () => {
    const client = create();
    await platform.close();
    await expect(client.quota.clearQuota()).rejects.toMatchObject({ reason: 'unreachable', retryable: true });
    expect(pausesMs).toHaveLength(3);
  });

  test.each<[string, Outcome]>([
    ['the API repeats them', { errcode: 40013, errmsg: `invalid appid, 37_token-of-the-test-1 with ${SECRET}` }],
    ['nothing readable comes', 404],
    ['the connection is cut', 'cut'],
  ])('tells no secret and no token when %s', async (_case, outcome) => {
    for (const endpoint of [stableToken, ENDPOINTS.clearQuotaByAppSecret]) platform.answers(endpoint, outcome);
    const { analysis, quota } = create({ retries: 0 });
    const refused = await failure(analysis.getDailyVisitTrend(DAY));
    const cleared = await failure(quota.clearQuotaByAppSecret());
    expect(inspect([refused, cleared], { depth: 9, showHidden: true })).not.toContain(SECRET);
  });

  test('tells no token when the API repeats it', async () => {
    platform.answers(dailyTrend, { errcode: 40013, errmsg: 'invalid appid for 37_token-of-the-test-1' });
    await expect(create().analysis.getDailyVisitTrend(DAY)).rejects.toMatchObject({ errmsg: 'invalid appid for ***' });
  });

  test('says which base URL is none', () => {
    expect(() => create({ baseUrl: 'api.weixin.qq.com' })).toThrow('baseUrl must be an address');
  });
});

describe('an aborted signal', () => {
  test('ends a request that is under way', async () => {
    platform.answers(dailyTrend, 'hang');
    const aborting = new AbortController();
    const call = create().analysis.getDailyVisitTrend(DAY, { signal: aborting.signal });
    await expect.poll(() => platform.timesAsked(dailyTrend)).toBe(1);
    aborting.abort(new Error('No longer wanted'));
    await expect(call).rejects.toThrow('No longer wanted');
  });

  test('ends the wait for the next try', async () => {
    platform.answers(dailyTrend, refusal(45011));
    const aborting = new AbortController();
    let isWaiting = false;
    const random = () => {
      isWaiting = true;
      return 0;
    };
    const client = createWechat({ appid: APPID, secret: SECRET, baseUrl: platform.baseUrl, random }); // waits for real
    const call = client.analysis.getDailyVisitTrend(DAY, { signal: aborting.signal });
    await expect.poll(() => isWaiting).toBe(true);
    aborting.abort(new Error('No longer wanted'));
    await expect(call).rejects.toThrow('No longer wanted');
  });

  test('of one caller leaves the token to the others who wait for it', async () => {
    const { analysis } = create();
    const aborting = new AbortController();
    const given = analysis.getDailyVisitTrend(DAY, { signal: aborting.signal });
    const other = analysis.getDailyVisitTrend(DAY);
    aborting.abort();
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
    expect((await other).list).toHaveLength(1);
    expect(platform.timesAsked(stableToken)).toBe(1);
  });
});

describe('signature and encryption', () => {
  /** Stands where a real one goes: turns the text around instead of encrypting it. */
  const reverse = (text: string) => [...text].reverse().join('');
  const security = {
    seal: (urlpath: string, appid: string, timestamp: number, fields: object) => ({
      headers: { 'Wechatmp-Appid': appid, 'Wechatmp-TimeStamp': String(timestamp) },
      body: JSON.stringify({ data: reverse(JSON.stringify({ urlpath, ...fields })) }),
    }),
    open: (_urlpath: string, _headers: Record<string, string>, body: string) => {
      const { data } = JSON.parse(body);
      if (typeof data !== 'string') throw new Error('The answer is not encrypted.');
      return JSON.parse(reverse(data));
    },
  };
  const sealed = (answer: object) => ({ data: reverse(JSON.stringify(answer)) });

  test('are for the endpoints that have them, and for no others', async () => {
    platform.answers(dailyTrend, sealed(ANSWER));
    platform.answers(ENDPOINTS.getInterfaceSummary, { list: [] });
    const client = create({ security });
    expect((await client.analysis.getDailyVisitTrend(DAY)).list).toHaveLength(1);
    expect(JSON.parse(reverse(JSON.parse(platform.asked.at(-1)?.body ?? '').data))).toEqual({
      urlpath: 'https://api.weixin.qq.com/datacube/getweanalysisappiddailyvisittrend',
      begin_date: '20210912',
      end_date: '20210912',
    });
    await client.interfaces.getInterfaceSummary({ beginDate: '2021-09-12', endDate: '2021-09-12' });
    expect(platform.asked.at(-1)?.body).toBe('{"begin_date":"2021-09-12","end_date":"2021-09-12"}');
  });

  test.each([
    ['in clear', refusal(61501)],
    ['encrypted', sealed(refusal(61501))],
  ])('do not hide an error that comes %s', async (_case, outcome) => {
    platform.answers(dailyTrend, outcome);
    await expect(create({ security }).analysis.getDailyVisitTrend(DAY)).rejects.toMatchObject({ errcode: 61501 });
  });

  test('do not take a success in clear', async () => {
    await expect(create({ security }).analysis.getDailyVisitTrend(DAY)).rejects.toThrow('not encrypted');
  });
});
