import { join } from 'node:path';
import { deliverySession } from '@minilens/simulator/delivery-session';
import { eventfulSession } from '@minilens/simulator/eventful-session';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { isDirty, listBuckets } from '@minilens/store/buckets';
import { connectStore, execute, type Store, selectRows } from '@minilens/store/connect';
import { keepAnswers } from '@minilens/store/kept-answers';
import type { Envelope } from '@minilens/wire/envelope';
import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../packages/server/src/testing/server.js';
import { standingQuestions } from '../packages/server/src/wechat/analysis.js';
import { createCounter } from './counting/count-analysis.js';
import { day, monthFrom, periodsAfter, weekFrom } from './counting/periods.js';

const APPID = 'wx00000000000000aa';
const DAY_MS = 86_400_000;
/** Noon of 20 January 2026 in China, a Tuesday. */
const NOW = Date.UTC(2026, 0, 20, 4);
/** The Monday before the last three of November, in China. */
const FROM = Date.UTC(2025, 10, 9, 16);

/** Those of the last days, and of the last two weeks. */
const KEPT = { first: 40, inTheEnd: 130 };

let server: TestServer;
let store: Store;
let app: NewApp;
let token: string;
let known: Envelope[] = [];

beforeAll(async () => {
  server = await startTestServer(NOW);
  store = connectStore({ path: join(server.data, 'events') });
  app = await server.addApp(APPID);
  const { body } = await server.get<{ access_token: string }>(
    `/cgi-bin/token?grant_type=client_credential&appid=${APPID}&secret=${app.secret}`,
  );
  token = body.access_token;
});
afterAll(async () => {
  await store.close();
  await server.stop();
});

test('every analysis API answers what counting one by one gives, however late events come', async () => {
  const random = createSeededRandom(7);
  /** Half of all sessions lie in the last days, many around midnight. */
  const moment = () => {
    const day = random() < 0.5 ? 62 + Math.floor(random() * 10) : Math.floor(random() * 72);
    const midnight = FROM + day * DAY_MS;
    return Math.min(
      midnight + Math.floor((random() < 0.3 ? -0.02 + random() * 0.04 : random()) * DAY_MS),
      NOW - DAY_MS / 2,
    );
  };
  const visits = Array.from({ length: 250 }, () => eventfulSession(app, random, moment()));
  const deliveries = Array.from({ length: 30 }, () => [deliverySession(app, random, moment())]);
  const early = [...visits, ...deliveries].filter(() => random() < 0.7);
  const late = [...visits, ...deliveries].filter((session) => !early.includes(session));

  await bring(early.flat());
  await rollUp();
  await keep(KEPT.first);
  expect(await countKept()).toBe(KEPT.first);

  // Where something came since, nothing that was kept or rolled up is the answer.
  await bring(late.flat());
  await expectCounted();
  await rollUp();
  await keep(KEPT.inTheEnd);
  await expectCounted();
}, 900_000);

test('a kept answer is the answer, until an hour it was made from is computed again', async () => {
  const asked = day('20260110');
  const pages = () => ask('/datacube/getweanalysisappidvisitpage', asked);
  const keepPages = () =>
    keep(
      KEPT.inTheEnd,
      standingQuestions(store, APPID, server.clock.now).filter(({ question }) => question === 'visit pages'),
    );
  const before = await pages();
  // Nobody has asked for what is kept now.
  await rollUp('2026-01-10', '2026-01-10');
  await keepPages();
  await marked('visit pages', (answer) => answer.replace('pages/index/index', 'kept/kept/kept'));
  expect(JSON.stringify(await pages())).toContain('kept/kept/kept');
  await rollUp('2026-01-10', '2026-01-10');
  expect(await pages()).toEqual(before);
  await keepPages();
  expect(await pages()).toEqual(before);
});

test('deliveries come with the secret only, and neither visit nor open anything', async () => {
  const envelope = deliverySession(app, createSeededRandom(3), NOW - DAY_MS);
  const { body } = await server.post('/v1/collect', { ...envelope, key: app.key, sentAt: NOW });
  expect(body).toMatchObject({ accepted: 0, dropped: { unknown_kind: envelope.events.length } });
});

test('a delivery that is imported again is not counted again', async () => {
  const asked = { begin_date: '2025-12-25', end_date: '2026-01-19' };
  const before = await ask('/datacube/getinterfacesummary', asked);
  const again = known.filter(({ session }) => session.id.startsWith('push-'));
  expect(await importAll(again)).toMatchObject({ accepted: 0 });
  expect(await ask('/datacube/getinterfacesummary', asked)).toEqual(before);
});

test.each([
  ['getweanalysisappidweeklyvisittrend', '20260105', '20260111', undefined],
  ['getweanalysisappidweeklyvisittrend', '20260106', '20260112', 61501],
  ['getweanalysisappidweeklyvisittrend', '20260105', '20260112', 61501],
  ['getweanalysisappidweeklyvisittrend', '20260119', '20260125', 61501],
  ['getweanalysisappidweeklyvisittrend', '20260112', '20260118', undefined],
  ['getweanalysisappidweeklyvisittrend', '20260112', '202601180', 61500],
  ['getweanalysisappidmonthlyvisittrend', '20251201', '20251231', undefined],
  ['getweanalysisappidmonthlyvisittrend', '20251201', '20251230', 61501],
  ['getweanalysisappidmonthlyvisittrend', '20251202', '20251231', 61501],
  ['getweanalysisappidmonthlyvisittrend', '20251101', '20251231', 61501],
  ['getweanalysisappidmonthlyvisittrend', '20260101', '20260131', 61501],
  ['getweanalysisappidmonthlyvisittrend', '20251131', '20251231', 61500],
  ['getweanalysisappiddailysummarytrend', '20260119', '20260119', undefined],
  ['getweanalysisappiddailysummarytrend', '20260120', '20260120', 61501],
  ['getweanalysisappiddailysummarytrend', '20260118', '20260119', 61501],
  ['getweanalysisappiddailyretaininfo', '20260120', '20260120', 61501],
  ['getweanalysisappidweeklyretaininfo', '20260119', '20260125', 61501],
  ['getweanalysisappidmonthlyretaininfo', '20260101', '20260131', 61501],
  ['getweanalysisappidvisitdistribution', '20260120', '20260120', 61501],
  ['getweanalysisappidvisitpage', '20260118', '20260119', 61501],
  ['getweanalysisappiduserportrait', '20260119', '20260119', undefined],
  ['getweanalysisappiduserportrait', '20260113', '20260119', undefined],
  ['getweanalysisappiduserportrait', '20251221', '20260119', undefined],
  ['getweanalysisappiduserportrait', '20260118', '20260118', 61501],
  ['getweanalysisappiduserportrait', '20260114', '20260119', 61501],
  ['getinterfacesummary', '2025-12-21', '2026-01-19', undefined],
  ['getinterfacesummary', '2025-12-20', '2026-01-19', 61501],
  ['getinterfacesummary', '2026-01-19', '2026-01-18', 61501],
  ['getinterfacesummary', '2026-01-19', '2026-01-20', 61501],
  ['getinterfacesummary', '20260118', '20260119', 61500],
  ['getinterfacesummary', '2014-11-30', '2014-11-30', undefined],
  ['getinterfacesummaryhour', '2026-01-19', '2026-01-19', undefined],
  ['getinterfacesummaryhour', '2026-01-18', '2026-01-19', 61501],
  ['getinterfacesummaryhour', '2026-01-20', '2026-01-20', 61501],
])('%s of %s to %s answers %s', async (name, begin_date, end_date, errcode) => {
  expect((await ask(`/datacube/${name}`, { begin_date, end_date })).errcode).toBe(errcode);
});

const seconds = (date: string) => Date.parse(`${date}T00:00:00+08:00`) / 1000;
const boot = (over: object = {}) => ({
  module: '10022',
  time: { begin_timestamp: seconds('2026-01-03'), end_timestamp: seconds('2026-01-04') },
  params: [],
  ...over,
});

test('performance is answered as the platform writes it', async () => {
  const answer = await server.post(`/wxa/business/performance/boot?access_token=${token}`, boot());
  expect(JSON.stringify(answer.body)).toMatch(
    /^\{"errcode":0,"errmsg":"ok","data":\{"body":\{"tables":\[\{"id":"memorydiff","lines":\[\{"fields":\[\{"refdate":"20260103","value":"[-0-9.]+"\},\{"refdate":"20260104","value":"[-0-9.]+"\}\]\}\],"zh":"内存增长均值"\},\{"id":"memory",.*"zh":"内存均值"\}\],"count":2\}\}\}$/,
  );
});

test.each<[string, object, number]>([
  ['a module that is a number', { module: 10022 }, 0],
  ['a module that is none', { module: '10020' }, 40097],
  ['thirty days', { time: { begin_timestamp: seconds('2025-12-20'), end_timestamp: seconds('2026-01-19') } }, 0],
  ['more', { time: { begin_timestamp: seconds('2025-12-20'), end_timestamp: seconds('2026-01-19') + 1 } }, 40097],
  ['an end before the beginning', { time: { begin_timestamp: 2, end_timestamp: 1 } }, 40097],
  ['milliseconds', { time: { begin_timestamp: NOW, end_timestamp: NOW } }, 40097],
  ['a time without its beginning', { time: { start_timestamp: 1, end_timestamp: 2 } }, 47001],
  ['a filter that is none', { params: [{ field: 'city', value: '1' }] }, 40097],
  ['a value that is none', { params: [{ field: 'device', value: '3' }] }, 40097],
  ['all of a filter', { params: [{ field: 'device', value: '-1' }] }, 0],
  ['several values', { params: [{ field: 'device_level', value: '-1,1,2' }] }, 0],
])('performance of %s answers %s', async (_name, over, errcode) => {
  expect((await ask('/wxa/business/performance/boot', boot(over))).errcode).toBe(errcode);
});

// --- Operation centre -------------------------------------------------------------------------------------------

const ERRORS_ASKED = {
  ...{ appVersion: '0', errType: '0', startTime: '2026-01-01', endTime: '2026-01-19', keyword: '', openid: '' },
  ...{ orderby: 'pv', desc: '1', offset: 0, limit: 30 },
};
type Issue = {
  errorMsg: string;
  errorMsgMd5: string;
  errorStackMd5: string;
  pv: number;
  uv: number;
  pvPercent: string;
};
const list = async (over: object = {}): Promise<{ data: Issue[]; totalCount: number; errcode: number }> =>
  ask('/wxaapi/log/jserr_list', { ...ERRORS_ASKED, ...over });

test('the list of errors has all of them, most frequent first, page by page', async () => {
  const from = Date.parse('2026-01-01T00:00:00+08:00');
  const errors = known
    .flatMap(({ events }) => events as { kind: string; at: number; count?: number }[])
    .filter(({ kind, at }) => kind === 'error' && at >= from && at < Date.parse('2026-01-20T00:00:00+08:00'));
  const all: Issue[] = [];
  for (let offset = 0; ; offset += 30) {
    const { data, totalCount } = await list({ offset });
    all.push(...data);
    if (data.length < 30) {
      expect(all).toHaveLength(totalCount);
      break;
    }
  }
  const pv = errors.reduce((sum, { count = 1 }) => sum + count, 0);
  expect(all.reduce((sum, issue) => sum + issue.pv, 0)).toBe(pv);
  expect(all.map((issue) => issue.pv)).toEqual(all.map((issue) => issue.pv).sort((a, b) => b - a));
  expect(all[0]?.pvPercent).toBe(`${Math.round(((all[0]?.pv ?? 0) * 1000) / pv) / 10}%`);
  expect((await list({ desc: '2' })).data[0]?.pv).toBe(all.at(-1)?.pv);
  const word = 'typeerror';
  const found = all.filter(({ errorMsg }) => errorMsg.toLowerCase().includes(word));
  expect((await list({ keyword: word })).totalCount).toBe(found.length);
  expect((await list({ errType: '2' })).data).toEqual([]);
});

test('the details of an error are its single reports', async () => {
  const [issue] = (await list()).data;
  const asked = {
    ...{ startTime: '2026-01-01', endTime: '2026-01-19', appVersion: '0', sdkVersion: '0', osName: '0' },
    ...{ errorMsgMd5: issue?.errorMsgMd5, errorStackMd5: issue?.errorStackMd5, clientVersion: '0', openid: '' },
    ...{ offset: 0, limit: 30, desc: '1' },
  };
  const detail = await ask('/wxaapi/log/jserr_detail', asked);
  expect(detail).toMatchObject({ success: true, openid: '', errcode: 0 });
  expect(Object.keys(detail.data[0])).toEqual(
    'Count sdkVersion ClientVersion errorStackMd5 TimeStamp appVersion errorMsgMd5 errorMsg errorStack Ds OsName openId pluginversion appId DeviceModel source route Uin nickname'.split(
      ' ',
    ),
  );
  const told = detail.data.reduce((sum: number, { Count }: { Count: string }) => sum + Number(Count), 0);
  expect(told).toBe(issue?.pv);
  const moments = detail.data.map(({ TimeStamp }: { TimeStamp: string }) => TimeStamp);
  expect(moments).toEqual([...moments].sort().reverse());
  const counts = [];
  for (const osName of ['1', '2', '3'])
    counts.push((await ask('/wxaapi/log/jserr_detail', { ...asked, osName })).totalCount);
  expect(counts.reduce((a, b) => a + b, 0)).toBe(detail.totalCount);
  expect(await ask('/wxaapi/log/jserr_detail', { ...asked, errorMsgMd5: 'x' })).toMatchObject({
    data: [],
    totalCount: 0,
  });
});

test('the errors of one person are those of the users who said so', async () => {
  // Everybody in this traffic says to be the same one.
  const said = known.filter(({ events }) => (events as { kind: string }[]).some(({ kind }) => kind === 'user'));
  const users = new Set(said.map(({ session }) => session.user));
  expect((await list({ openid: 'o-1' })).totalCount).toBeLessThanOrEqual((await list()).totalCount);
  expect((await list({ openid: 'o-1' })).data[0]?.uv).toBeLessThanOrEqual(users.size);
  expect((await list({ openid: 'o-2' })).data).toEqual([]);
});

test.each([
  [{ startTime: '20260101' }, 200002],
  [{ startTime: '2026-01-20' }, 200002],
  [{ startTime: '2025-12-19' }, 200002],
  [{ limit: 31 }, 40097],
  [{ orderby: 'time' }, 40097],
  [{ offset: -1 }, 47001],
  [{ offset: '0' }, 47001],
])('a list of errors with %j answers %i', async (over, errcode) => {
  expect((await list(over)).errcode).toBe(errcode);
});

test('times of launches are a JSON text', async () => {
  const time = { default_start_time: seconds('2026-01-10'), default_end_time: seconds('2026-01-19') };
  const answer = await ask('/wxaapi/log/get_performance', { cost_time_type: 2, ...time, device: '@_all' });
  expect(answer).toEqual({ default_time_data: expect.any(String), compare_time_data: '', errcode: 0 });
  const counted = createCounter(known)
    .performance({ begin_date: '20260110', end_date: '20260119' }, () => true)
    .map(({ refdate, values }) => ({ ref_date: refdate, cost_time_type: 2, cost_time: values.downloadPackage }));
  expect(JSON.parse(answer.default_time_data)).toEqual({ list: counted.filter(({ cost_time }) => cost_time !== 0) });
  const refused = await ask('/wxaapi/log/get_performance', { cost_time_type: 1, ...time, scene: '1' });
  expect(refused.errcode).toBe(40097);
});

test('scenes and versions of WeChat are listed', async () => {
  const { body } = await server.get<{ scene: object[] }>(`/wxaapi/log/get_scene?access_token=${token}`);
  expect(body.scene.slice(0, 2)).toEqual([
    { name: '全部', value: '@_all' },
    { name: '小程序历史列表', value: 1 },
  ]);
  expect(body.scene).toHaveLength(58);
  const ofLastDay = known.filter(({ session }) => session.startAt >= NOW - DAY_MS).map(({ device }) => device.wechat);
  const versions = await server.get(`/wxaapi/log/get_client_version?access_token=${token}`);
  expect(versions.body).toEqual({
    ...{ errcode: 0, errmsg: 'ok' },
    cvlist: [
      { type: 1, client_version_list: [...new Set(ofLastDay)].filter(Boolean).sort() },
      { type: 2, client_version_list: [] },
    ],
  });
});

// --- How it is asked and compared -------------------------------------------------------------------------------

const importAll = async (envelopes: readonly Envelope[]) => {
  const sum = { accepted: 0 };
  for (let start = 0; start < envelopes.length; start += 200) {
    const lines = envelopes.slice(start, start + 200).map((envelope) => JSON.stringify(envelope));
    const { status, body } = await server.post<{ accepted: number }>(
      `/v1/import?app=${APPID}`,
      lines.join('\n'),
      server.asOwner,
    );
    expect(status).toBe(200);
    sum.accepted += body.accepted;
  }
  await server.drain();
  return sum;
};

async function bring(envelopes: readonly Envelope[]) {
  await importAll(envelopes);
  known = [...known, ...envelopes];
}

async function rollUp(from = '2025-11-01T00:00:00+08:00', to = '2026-01-21T00:00:00+08:00') {
  expect((await server.post(`/api/v1/apps/${APPID}/rollup`, { from, to }, server.asOwner)).status).toBe(200);
  // Whoever comes late is taken from later hours only, and those are computed after the earlier ones.
  expect((await listBuckets(store, APPID, 0, NOW + DAY_MS)).filter(isDirty)).toEqual([]);
}

const keep = (atMost: number, asked = standingQuestions(store, APPID, server.clock.now)) =>
  keepAnswers(store, APPID, asked, { atMost });
const countKept = async () =>
  Number((await selectRows<{ n: number }>(store, 'SELECT count() AS n FROM kept_answers'))[0]?.n);

/** Changes kept answers by hand, to see them used. */
async function marked(question: string, mark: (answer: string) => string) {
  const rows = await selectRows<{ answer: string; start: string; end: string; rollups: string }>(
    store,
    'SELECT answer, start, end, toString(rollups) AS rollups FROM kept_answers FINAL WHERE question = {question:String}',
    { question },
  );
  for (const { answer, ...row } of rows)
    await execute(
      store,
      `INSERT INTO kept_answers (app, question, start, end, rollups, answer)
      SELECT {app:String}, {question:String}, {start:String}, {end:String}, toUInt128({rollups:String}), {answer:String}`,
      { app: APPID, question, ...row, answer: mark(answer) },
    );
}

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
const ask = async (path: string, body: object): Promise<any> =>
  (await server.post(`${path}?access_token=${token}`, body)).body;

/** Keys of a retention with their periods, those that are over. */
const keysOf = (...args: Parameters<typeof periodsAfter>) =>
  periodsAfter(...args).filter(({ end_date }) => end_date <= '20260119');

async function expectCounted() {
  const count = createCounter(known);
  const expectAnswer = async (name: string, asked: object, counted: unknown) =>
    expect(await ask(`/datacube/${name}`, asked), `${name} ${JSON.stringify(asked)}`).toEqual(counted);

  const days = ['20251110', '20251231', '20260101', '20260110', '20260118', '20260119'];
  for (const date of days) {
    const asked = day(date);
    await expectAnswer('getweanalysisappiddailyvisittrend', asked, count.visitTrend(asked, date));
    await expectAnswer('getweanalysisappiddailysummarytrend', asked, count.dailySummary(asked));
    await expectAnswer('getweanalysisappidvisitdistribution', asked, count.distribution(asked));
    await expectAnswer('getweanalysisappidvisitpage', asked, count.pages(asked));
    const keys = keysOf([0, 1, 2, 3, 4, 5, 6, 7, 14, 30], 'days', day, date);
    await expectAnswer('getweanalysisappiddailyretaininfo', asked, count.retain(asked, keys, date));
    const dashed = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
    const hourly = count.deliveries(dashed, dashed, 'hour');
    await expectAnswer('getinterfacesummaryhour', { begin_date: dashed, end_date: dashed }, hourly);
  }
  for (const date of ['20251110', '20251229', '20260105', '20260112']) {
    const asked = weekFrom(date);
    const refDate = `${asked.begin_date}-${asked.end_date}`;
    await expectAnswer('getweanalysisappidweeklyvisittrend', asked, count.visitTrend(asked, refDate));
    const keys = keysOf([0, 1, 2, 3, 4], 'weeks', weekFrom, date);
    await expectAnswer('getweanalysisappidweeklyretaininfo', asked, count.retain(asked, keys, refDate));
  }
  for (const date of ['20251101', '20251201']) {
    const asked = monthFrom(date);
    await expectAnswer('getweanalysisappidmonthlyvisittrend', asked, count.visitTrend(asked, date.slice(0, 6)));
    const keys = keysOf([0, 1], 'months', monthFrom, date);
    await expectAnswer('getweanalysisappidmonthlyretaininfo', asked, count.retain(asked, keys, date.slice(0, 6)));
  }
  for (const begin_date of ['20260119', '20260113', '20251221']) {
    const asked = { begin_date, end_date: '20260119' };
    const refDate = begin_date === '20260119' ? begin_date : `${begin_date}-20260119`;
    await expectAnswer('getweanalysisappiduserportrait', asked, count.portrait(asked, refDate));
  }
  const span = { begin_date: '2025-12-21', end_date: '2026-01-19' };
  await expectAnswer('getinterfacesummary', span, count.deliveries(span.begin_date, span.end_date, 'day'));
  await expectPerformance(count);
}

async function expectPerformance(count: ReturnType<typeof createCounter>) {
  const time = { begin_timestamp: seconds('2025-12-21') + 3_600, end_timestamp: seconds('2026-01-19') + 60 };
  const asked = { begin_date: '20251221', end_date: '20260119' };
  const cases: [{ field: string; value: string }[], (device: Envelope['device']) => boolean][] = [
    [[], () => true],
    [[{ field: 'device', value: '2' }], ({ platform }) => platform === 'android'],
    [
      [
        { field: 'networktype', value: '-1' },
        { field: 'device', value: '1' },
        { field: 'device_level', value: '1,3' },
      ],
      ({ platform, level }) => platform === 'ios' && level !== 2,
    ],
  ];
  for (const [params, fits] of cases) {
    const days = count.performance(asked, fits);
    for (const module of ['10016', '10017', '10021', '10022', '10023']) {
      const { data } = await ask('/wxa/business/performance/boot', { module, time, params });
      for (const { id, lines } of data.body.tables)
        expect(lines, `${module} ${id} ${JSON.stringify(params)}`).toEqual([
          { fields: days.map(({ refdate, values }) => ({ refdate, value: String(values[id]) })) },
        ]);
    }
  }
}
