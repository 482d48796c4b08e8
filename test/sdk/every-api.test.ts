import { deliverySession } from '@minilens/simulator/delivery-session';
import { eventfulSession } from '@minilens/simulator/eventful-session';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { createWechat } from '@minilens/wechat/client';
import { ENDPOINTS, type Endpoint } from '@minilens/wechat/endpoints';
import type { JsErrDetailAnswer, JsErrListAnswer } from '@minilens/wechat/operation';
import { PERFORMANCE_MODULES } from '@minilens/wechat/performance-boot';
import type { Envelope } from '@minilens/wire/envelope';
import type { NewApp } from '@minilens/wire/report-api';
import type { CloudCredentials } from '@minilens/wire/wechat-keys';
import { DateTime } from 'luxon';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import cloud from 'wx-server-sdk';
import { startTestServer, type TestServer } from '../../packages/server/src/testing/server.js';
import { createCounter, dayOf } from '../counting/count-analysis.js';
import { day, later, monthFrom, periodsAfter, weekFrom } from '../counting/periods.js';
import { createCoWechatApi, createWechatApi, type WechatClient } from './wechat-clients.js';

const APPID = 'wx0123456789abcdef';
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

// Two of the SDKs sign with, or remember tokens by, the clock of the machine.
const NOW = Date.now();
const today = DateTime.fromMillis(NOW, { zone: 'UTC+8' }).startOf('day');
const compact = (at: DateTime) => at.toFormat('yyyyMMdd');
const dashed = (date: string) => dayOf(date).toFormat('yyyy-MM-dd');
const secondsOf = (date: string) => dayOf(date).toSeconds();
const YESTERDAY = compact(today.minus({ days: 1 }));
const LAST_WEEK = compact(today.startOf('week').minus({ weeks: 1 }));
const LAST_MONTH = compact(today.startOf('month').minus({ months: 1 }));

let server: TestServer;
let app: NewApp;
let url = '';
let credentials: CloudCredentials;
let known: Envelope[];
let count: ReturnType<typeof createCounter>;

beforeAll(async () => {
  server = await startTestServer(NOW);
  url = await server.listen();
  app = await server.addApp(APPID);
  credentials = (await server.post<CloudCredentials>(`/api/v1/apps/${APPID}/cloud-credentials`, {}, server.asOwner))
    .body;
  const random = createSeededRandom(11);
  // A fifth of it yesterday, the rest since the last month began.
  const lastMidnight = today.toMillis();
  const spanMs = lastMidnight - dayOf(LAST_MONTH).toMillis();
  const moment = () => lastMidnight - Math.ceil(random() * (random() < 0.2 ? DAY_MS : spanMs));
  const visits = Array.from({ length: 150 }, () => eventfulSession(app, random, moment()));
  const deliveries = Array.from({ length: 30 }, () => deliverySession(app, random, moment()));
  // Nothing of tomorrow: long sessions end where today begins.
  known = [...visits.flat(), ...deliveries].filter(({ sentAt }) => sentAt <= NOW);
  const told = known.map((envelope) => JSON.stringify(envelope)).join('\n');
  const { body } = await server.post(`/v1/import?app=${APPID}`, told, server.asOwner);
  expect(body).toMatchObject({ dropped: {} });
  await server.drain();
  count = createCounter(known);
});
afterAll(() => server.stop());

// --- The SDKs ---------------------------------------------------------------------------------------------------

/** Asks an API by its fields as the platform names them, and gives the answer so, without errcode and errmsg. */
type Sdk = (namespace: string, name: keyof typeof ENDPOINTS, fields?: object) => Promise<unknown>;

const keysBy = (value: unknown, change: (key: string) => string) =>
  JSON.parse(JSON.stringify(value), (_key, held) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).map(([key, part]) => [change(key), part]))
      : held,
  );
const camel = (key: string) => key.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
const snake = (key: string) =>
  IS_CAMEL.has(key) ? key : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** Of what is looked at below, what the platform itself writes so. */
const IS_CAMEL: ReadonlySet<string> = new Set(['errorMsgMd5', 'errorStackMd5', 'totalCount', 'Count']);

function withoutVerdict(answer: unknown): unknown {
  const { errcode, errmsg, errCode, errMsg, ...rest } = answer as Record<string, unknown>;
  expect([errcode ?? 0, errCode ?? 0]).toEqual([0, 0]);
  expect(errmsg ?? 'ok').toBe('ok');
  expect(errMsg ?? ':ok').toMatch(/:ok$/);
  return rest;
}

const byNode =
  (client: WechatClient): Sdk =>
  async (_namespace, name, fields) => {
    const own = name === 'getInterfaceSummary' || name === 'getInterfaceSummaryHour' ? client[name] : undefined;
    const { begin_date = '', end_date = '' } = (fields ?? {}) as { begin_date?: string; end_date?: string };
    const answer = await (own === undefined
      ? client.ask(ENDPOINTS[name] as Endpoint, fields)
      : own(begin_date, end_date));
    return withoutVerdict(keysBy(answer, (key) => key));
  };

// biome-ignore lint/suspicious/noExplicitAny: methods are looked up by name
type Methods = any;

const SDKS: [string, () => Sdk][] = [
  ['wechat-api', () => byNode(createWechatApi(url, app))],
  ['co-wechat-api', () => byNode(createCoWechatApi(url, app))],
  [
    'wx-server-sdk',
    () => {
      const made = (cloud as Methods).createNewInstance({ env: 'test', serviceUrl: `${url}/admin`, ...credentials });
      return async (namespace, name, fields = {}) => {
        const methods: Methods = namespace.split('.').reduce((at: Methods, part) => at[part], made.openapi);
        const answer = await methods[name](keysBy(fields, camel));
        expect(answer.errMsg).toBe(`openapi.${namespace}.${name}:ok`);
        return keysBy(withoutVerdict(answer), snake);
      };
    },
  ],
  [
    'the client of the repository',
    () => {
      const client: Methods = createWechat({ ...app, baseUrl: url });
      const groups: Record<string, string> = { 'officialAccount.datacube': 'interfaces' };
      return async (namespace, name, fields) => {
        const group = name === 'getPerformanceData' ? 'performance' : (groups[namespace] ?? namespace);
        const answer = await client[group][name](fields && keysBy(fields, camel));
        if (name !== 'getPerformance') return withoutVerdict(keysBy(answer, snake));
        // The numbers that the others have as JSON text.
        const text = JSON.stringify(keysBy(answer.defaultTimeData, snake));
        return { default_time_data: text, compare_time_data: '' };
      };
    },
  ],
];

// --- What they read ---------------------------------------------------------------------------------------------

describe.each(SDKS)('%s reads what was counted one by one:', (_name, connect) => {
  let ask: Sdk;
  beforeAll(() => {
    ask = connect();
  });
  const expectAnalysis = async (name: keyof typeof ENDPOINTS, fields: object, counted: unknown) =>
    expect(await ask('analysis', name, fields)).toEqual(counted);

  test('visits of a day, a week and a month', async () => {
    const [week, month] = [weekFrom(LAST_WEEK), monthFrom(LAST_MONTH)];
    await expectAnalysis('getDailyVisitTrend', day(YESTERDAY), count.visitTrend(day(YESTERDAY), YESTERDAY));
    await expectAnalysis('getWeeklyVisitTrend', week, count.visitTrend(week, `${week.begin_date}-${week.end_date}`));
    await expectAnalysis('getMonthlyVisitTrend', month, count.visitTrend(month, LAST_MONTH.slice(0, 6)));
    await expectAnalysis('getDailySummary', day(YESTERDAY), count.dailySummary(day(YESTERDAY)));
  });

  test('who came back', async () => {
    const isOver = ({ end_date }: { end_date: string }) => end_date <= YESTERDAY;
    const tenDaysAgo = later(YESTERDAY, { days: -10 });
    const days = periodsAfter([0, 1, 2, 3, 4, 5, 6, 7, 14, 30], 'days', day, tenDaysAgo).filter(isOver);
    await expectAnalysis('getDailyRetain', day(tenDaysAgo), count.retain(day(tenDaysAgo), days, tenDaysAgo));
    const first = later(LAST_WEEK, { weeks: -2 });
    const week = weekFrom(first);
    const weeks = periodsAfter([0, 1, 2, 3, 4], 'weeks', weekFrom, first).filter(isOver);
    await expectAnalysis('getWeeklyRetain', week, count.retain(week, weeks, `${first}-${week.end_date}`));
    const month = monthFrom(LAST_MONTH);
    const months = periodsAfter([0, 1], 'months', monthFrom, LAST_MONTH).filter(isOver);
    await expectAnalysis('getMonthlyRetain', month, count.retain(month, months, LAST_MONTH.slice(0, 6)));
  });

  test('where visits came from, pages, and devices', async () => {
    await expectAnalysis('getVisitDistribution', day(YESTERDAY), count.distribution(day(YESTERDAY)));
    await expectAnalysis('getVisitPage', day(YESTERDAY), count.pages(day(YESTERDAY)));
    for (const days of [0, 6, 29]) {
      const asked = { begin_date: later(YESTERDAY, { days: -days }), end_date: YESTERDAY };
      const refDate = days === 0 ? YESTERDAY : `${asked.begin_date}-${YESTERDAY}`;
      await expectAnalysis('getUserPortrait', asked, count.portrait(asked, refDate));
    }
  });

  test('performance', async () => {
    const asked = { begin_date: later(YESTERDAY, { days: -9 }), end_date: YESTERDAY };
    const time = { begin_timestamp: secondsOf(asked.begin_date), end_timestamp: secondsOf(YESTERDAY) };
    const days = count.performance(asked, ({ platform }) => platform === 'android');
    for (const [module, { tables }] of Object.entries(PERFORMANCE_MODULES))
      await expectAnalysis(
        'getPerformanceData',
        { module, time, params: [{ field: 'device', value: '2' }] },
        {
          data: {
            body: {
              tables: tables.map(({ id, zh }) => ({
                id,
                lines: [{ fields: days.map(({ refdate, values }) => ({ refdate, value: String(values[id]) })) }],
                zh,
              })),
              count: tables.length,
            },
          },
        },
      );
    const launches = { default_start_time: time.begin_timestamp, default_end_time: time.end_timestamp };
    const list = count
      .performance(asked, () => true)
      .map(({ refdate, values }) => ({ ref_date: refdate, cost_time_type: 3, cost_time: values.firstRender }))
      .filter(({ cost_time }) => cost_time !== 0);
    expect(list.length).toBeGreaterThan(0);
    expect(await ask('operation', 'getPerformance', { cost_time_type: 3, ...launches, device: '@_all' })).toEqual({
      default_time_data: JSON.stringify({ list }),
      compare_time_data: '',
    });
  });

  test('deliveries of pushed messages', async () => {
    const span = { begin_date: dashed(later(YESTERDAY, { days: -29 })), end_date: dashed(YESTERDAY) };
    const byDay = count.deliveries(span.begin_date, span.end_date, 'day');
    expect(byDay.list.length).toBeGreaterThan(5);
    expect(await ask('officialAccount.datacube', 'getInterfaceSummary', span)).toEqual(byDay);
    const ref = byDay.list.at(-1)?.ref_date ?? '';
    expect(
      await ask('officialAccount.datacube', 'getInterfaceSummaryHour', { begin_date: ref, end_date: ref }),
    ).toEqual(count.deliveries(ref, ref, 'hour'));
  });

  test('errors, in all and one by one', async () => {
    const [first, last] = [later(YESTERDAY, { days: -20 }), YESTERDAY];
    const errors = known
      .flatMap(({ events }) => events as { kind: string; at: number; count?: number }[])
      .filter(({ kind, at }) => kind === 'error' && at >= dayOf(first).toMillis() && at < today.toMillis());
    const pv = errors.reduce((sum, { count: times = 1 }) => sum + times, 0);
    const period = { startTime: dashed(first), endTime: dashed(last), appVersion: '0', openid: '' };
    const asked = { ...period, errType: '0', keyword: '', orderby: 'pv', desc: '2', limit: 30 };
    const issues: JsErrListAnswer['data'] = [];
    for (let total = 1; issues.length < total; ) {
      const page = (await ask('operation', 'getJsErrList', { ...asked, offset: issues.length })) as JsErrListAnswer;
      issues.push(...page.data);
      total = page.totalCount;
    }
    expect(issues.reduce((sum, issue) => sum + issue.pv, 0)).toBe(pv);
    const [rarest] = issues;
    const detail = (await ask('operation', 'getJsErrDetail', {
      ...{ ...period, errorMsgMd5: rarest?.errorMsgMd5, errorStackMd5: rarest?.errorStackMd5 },
      ...{ sdkVersion: '0', osName: '0', clientVersion: '0', offset: 0, limit: 30, desc: '1' },
    })) as JsErrDetailAnswer;
    // The client of the repository writes all names small.
    const times = detail.data.map(({ Count, ...item }) => Number(Count ?? Object(item).count));
    expect(times.reduce((sum, one) => sum + one, 0)).toBe(rarest?.pv);
  });

  test('scenes and versions of WeChat', async () => {
    const { scene } = (await ask('operation', 'getSceneList')) as { scene: object[] };
    expect(scene.slice(0, 2)).toEqual([
      { name: '全部', value: '@_all' },
      { name: '小程序历史列表', value: 1 },
    ]);
    const endOfHour = (Math.floor(NOW / HOUR_MS) + 1) * HOUR_MS;
    const ofLastDay = known
      .filter(({ session }) => session.startAt >= endOfHour - DAY_MS)
      .map(({ device }) => device.wechat);
    expect(await ask('operation', 'getVersionList')).toEqual({
      cvlist: [
        { type: 1, client_version_list: [...new Set(ofLastDay)].filter(Boolean).sort() },
        { type: 2, client_version_list: [] },
      ],
    });
  });
});
