import type { CallRecordList } from '@minilens/wire/records';
import type { InterfaceDetail, InterfaceList, NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';

/** 2026-03-02 12:30 in Shanghai. */
const NOW = Date.UTC(2026, 2, 2, 4, 30);
const TODAY = 'from=2026-03-02&to=2026-03-02';

let server: TestServer;
let app: NewApp;

beforeAll(async () => {
  server = await startTestServer(NOW);
  app = await server.addApp('wx00000000000000aa');
  const call = (n: number, name: string, outcome: string, errMsg?: string) => ({
    n,
    at: NOW - 60_000 + n,
    kind: 'call',
    name,
    outcome,
    durationMs: n * 10,
    ...(errMsg && { errMsg }),
  });
  const session = (user: string, version: string, events: object[]) => {
    const envelope = envelopeOf(app, NOW, { device: { platform: 'android', version }, events });
    return { ...envelope, session: { ...envelope.session, user } };
  };
  for (const envelope of [
    session('user-anna', '1.0.0', [call(1, 'requestPayment', 'success'), call(2, 'scanCode', 'success')]),
    session('user-bert', '1.1.0', [
      call(1, 'requestPayment', 'fail', 'requestPayment:fail system'),
      call(2, 'requestPayment', 'cancel', 'requestPayment:fail cancel'),
    ]),
    session('user-carl', '1.1.0', [
      call(1, 'requestPayment', 'fail', 'requestPayment:fail system'),
      call(2, 'requestPayment', 'success'),
    ]),
  ]) {
    expect((await server.post('/v1/collect', envelope)).body).toEqual({ accepted: 2, dropped: {} });
  }
  await server.drain();
});
afterAll(() => server.stop());

const read = async <T>(path: string) => (await server.get<T>(`/api/v1/apps/${app.appid}${path}`, server.asOwner)).body;

test('the list is searched by name, sorted by any metric and paged', async () => {
  const names = async (query: string) => {
    const { total, items } = await read<InterfaceList>(`/interfaces?${TODAY}&${query}`);
    return [total, ...items.map((item) => item.name)];
  };
  expect(await names('')).toEqual([2, 'requestPayment', 'scanCode']);
  expect(await names('sort=successRate&order=desc')).toEqual([2, 'scanCode', 'requestPayment']);
  expect(await names('sort=name&order=desc')).toEqual([2, 'scanCode', 'requestPayment']);
  expect(await names('search=PAY')).toEqual([1, 'requestPayment']);
  expect(await names('search=%25')).toEqual([0]);
  expect(await names('limit=1&offset=1')).toEqual([2, 'scanCode']);
  expect(await names('limit=1&offset=5')).toEqual([2]);
});

test('the details say how often, for whom and since which version it fails', async () => {
  const detail = await read<InterfaceDetail>(`/interfaces/requestPayment?${TODAY}`);
  expect(detail.summary).toMatchObject({
    name: 'requestPayment',
    calls: 5,
    success: 2,
    errors: 2,
    cancel: 1,
    successRate: 40,
    successRateWithoutCancels: 50,
    affectedUsers: 2,
    failedUsers: 1,
  });
  expect(detail.versions).toMatchObject([
    { version: '1.1.0', calls: 4, errors: 2 },
    { version: '1.0.0', calls: 1, errors: 0, successRate: 100 },
  ]);
  expect(detail.messages).toMatchObject([
    { errMsg: 'requestPayment:fail system', outcome: 'fail', calls: 2, users: 2 },
    { errMsg: 'requestPayment:fail cancel', outcome: 'cancel', calls: 1, users: 1 },
  ]);
  expect(detail.grain).toBe('hour');
  expect(detail.trend).toHaveLength(24);
  expect(detail.trend.filter((point) => point.calls > 0)).toEqual([
    { at: Date.UTC(2026, 2, 2, 4), calls: 5, success: 2, errors: 2, cancel: 1, unknown: 0, successRate: 40 },
  ]);
});

test('an interface that was never called has zeros, no rate and no error', async () => {
  const detail = await read<InterfaceDetail>(`/interfaces/chooseAddress?${TODAY}`);
  expect(detail.summary).toMatchObject({ calls: 0, successRate: null, affectedUsers: 0, durationP50Ms: null });
  expect(detail.versions).toEqual([]);
});

test('records are filtered by user, address and outcome', async () => {
  const users = async (query: string) =>
    (await read<CallRecordList>(`/interfaces/requestPayment/records?${TODAY}&${query}`)).items.map(
      (item) => `${item.user} ${item.outcome}`,
    );
  expect(await users('user=user-bert')).toEqual(['user-bert cancel', 'user-bert fail']);
  expect(await users('outcome=success&limit=1')).toHaveLength(1);
  expect(await users('ip=127.0.0.1')).toHaveLength(5);
  expect(await users('ip=203.0.113.9')).toEqual([]);
});

test.each([
  ['/interfaces', /from/],
  ['/interfaces?from=2026-03-02&to=2026-02-30', /to=2026-02-30/],
  [`/interfaces?${TODAY}&sort=colour`, /sort/],
  [`/interfaces?${TODAY}&limit=0`, /limit/],
  [`/interfaces/requestPayment/records?${TODAY}&outcome=maybe`, /outcome/],
])('%s is refused, naming what is wrong', async (path, sentence) => {
  const answer = await server.get<{ message: string }>(`/api/v1/apps/${app.appid}${path}`, server.asOwner);
  expect(answer.status).toBe(400);
  expect(answer.body.message).toMatch(sentence);
});

test('rolling up changes no answer', async () => {
  const before = await read(`/interfaces?${TODAY}`);
  expect(
    (await server.post(`/api/v1/apps/${app.appid}/rollup`, { from: '2026-03-02', to: '2026-03-02' }, server.asOwner))
      .body,
  ).toEqual({ buckets: 1, passedOver: 0 });
  expect(await read(`/interfaces?${TODAY}`)).toEqual(before);
});

test("WeChat's own API answers from the same events once the day is over", async () => {
  server.clock.now = NOW + 86_400_000;
  const { body } = await server.get<{ access_token: string }>(
    `/cgi-bin/token?grant_type=client_credential&appid=${app.appid}&secret=${app.secret}`,
  );
  const trend = await server.post(`/datacube/getweanalysisappiddailyvisittrend?access_token=${body.access_token}`, {
    begin_date: '20260302',
    end_date: '20260302',
  });
  expect(trend.body).toEqual({
    list: [
      {
        ref_date: '20260302',
        session_cnt: 3,
        visit_pv: 0,
        visit_uv: 3,
        visit_uv_new: 3,
        stay_time_uv: 0,
        stay_time_session: 0,
        visit_depth: 0,
      },
    ],
  });
  const other = await server.addApp('wx00000000000000ab');
  const { body: foreign } = await server.get<{ access_token: string }>(
    `/cgi-bin/token?grant_type=client_credential&appid=${other.appid}&secret=${other.secret}`,
  );
  const theirs = await server.post<{ list: object[] }>(
    `/datacube/getweanalysisappiddailyvisittrend?access_token=${foreign.access_token}`,
    { begin_date: '20260302', end_date: '20260302' },
  );
  expect(theirs.body.list).toMatchObject([{ session_cnt: 0 }]);
  server.clock.now = NOW;
});
