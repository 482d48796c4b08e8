import { buildAgentCode } from '@minilens/simulator/agent-code';
import { deliverySession } from '@minilens/simulator/delivery-session';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { METRICS, type MetricName } from '@minilens/store/metrics';
import type { Envelope } from '@minilens/wire/envelope';
import type { PushReport } from '@minilens/wire/push-report';
import type { Answers, Catalogue, Dimension, Filters } from '@minilens/wire/questions';
import type { CallRecordList, SessionRecord } from '@minilens/wire/records';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { NEVER_OPTIMISE } from '#ensure-chromium';
import { startTestServer, type TestServer } from '../../packages/server/src/testing/server.js';
import { createCounter } from '../counting/count-analysis.js';
import { countMetrics, type StoredSession } from '../counting/count-metrics.js';
import { pathsOf, sessionRecordOf, sessionsOf, type Told, toldBy } from '../counting/count-records.js';
import { day, periodsAfter } from '../counting/periods.js';
import { launchChromium } from '../runtimes/chromium.js';
import { openScreenPage, type Reading, type ScreenPage } from './screen.js';
import { BROKEN, teaHouseDays } from './tea-house.js';
import { momentInChina, written, writtenChange } from './written.js';

const APPID = 'wx00112233445566aa';
const TIMEZONE = 'Asia/Shanghai';
const DAY_MS = 86_400_000;
/** 2026-03-01 00:00 in Shanghai. */
const FROM = Date.UTC(2026, 1, 28, 16);
/** Half past twelve on the tenth day. */
const NOW = FROM + 9 * DAY_MS + 12.5 * 3_600_000;
const RELEASE_AT = FROM + 6 * DAY_MS;
/** The owner signs up, and agents reach the collector from here on; what they sent before is imported. */
const COLLECTED_FROM = NOW - DAY_MS / 2;

/** What every screen shows first: the last seven days; and the seven before. */
const WEEK = { from: '2026-03-04', to: '2026-03-10' };
const WEEK_BEFORE = { from: '2026-02-25', to: '2026-03-03' };
const instantsOf = ({ from, to }: Range) => ({
  from: Date.parse(`${from}T00:00:00+08:00`),
  to: Date.parse(`${to}T00:00:00+08:00`) + DAY_MS,
});
type Range = typeof WEEK;

// A machine that is busy elsewhere draws slowly; nothing here is about speed.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 360_000 });

let server: TestServer;
let origin: string;
let browser: Browser;
let wide: ScreenPage;
let phone: ScreenPage;
/** What agents and the sender of pushed messages told, each event once. */
let envelopes: Envelope[];
let stored: StoredSession[];
let told: Told[];
let catalogue: Map<string, Catalogue['metrics'][number]>;

beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer(COLLECTED_FROM), launchChromium(NEVER_OPTIMISE)]);
  origin = await server.listen();
  wide = await openScreenPage(await newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 } }), origin);
  const key = await signUp(wide);
  const cookies = await wide.page.context().cookies();
  const onPhone = { locale: 'zh-CN', viewport: { width: 375, height: 667 }, colorScheme: 'dark' } as const;
  const phoneContext = await newContext(onPhone);
  await phoneContext.addCookies(cookies);
  phone = await openScreenPage(phoneContext, origin);
  await bring(key);
  await Promise.all([wide, phone].map(({ open }) => open(`/apps/${APPID}/overview`)));
  const { body } = await server.get<Catalogue>('/api/v1/metrics', server.asOwner);
  catalogue = new Map(body.metrics.map((metric) => [metric.name, metric]));
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** A browser for which it is half past twelve. */
async function newContext(options: Parameters<Browser['newContext']>[0]): Promise<BrowserContext> {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  await context.clock.setFixedTime(NOW);
  return context;
}

/** The first visit: an account by the link from the terminal, and an app. Gives the agent's key. */
async function signUp({ page, open }: ScreenPage): Promise<string> {
  await open(server.setupPath as string);
  await page.getByLabel('Login', { exact: true }).fill('owner');
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await page.getByLabel('Password again').fill('a long enough password');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByLabel('AppID').fill(APPID);
  await page.getByLabel('Name (optional)').fill('Tea house');
  await page.getByRole('button', { name: 'Add app' }).click();
  await page.getByText('Waiting for the first event').waitFor();
  return /key: '([^']+)'/.exec((await page.locator('body').textContent()) ?? '')?.[1] as string;
}

/** Ten days: batches of the last half day come when they are sent, others by import, and most days are rolled up. */
async function bring(key: string): Promise<void> {
  const config = { appId: APPID, key, endpoint: 'https://minilens.test' };
  const agentCode = await buildAgentCode();
  const sent = teaHouseDays({ agentCode, config, from: FROM, until: NOW, releaseAt: RELEASE_AT });
  const random = createSeededRandom(23);
  const pushed = Array.from({ length: 30 }, () =>
    deliverySession({ appid: APPID }, random, Math.floor(FROM + random() * (COLLECTED_FROM - DAY_MS - FROM))),
  );
  await importAll([...sent.filter(({ sentAt }) => sentAt < COLLECTED_FROM), ...pushed]);
  for (const envelope of sent.filter(({ sentAt }) => sentAt >= COLLECTED_FROM)) {
    server.clock.now = envelope.sentAt;
    const { status, body } = await server.post('/v1/collect', envelope);
    expect(status, JSON.stringify(body)).toBe(200);
  }
  server.clock.now = NOW;
  await server.drain();
  const days = { from: '2026-03-01T00:00:00+08:00', to: '2026-03-08T00:00:00+08:00' };
  expect((await server.post(`/api/v1/apps/${APPID}/rollup`, days, server.asOwner)).status).toBe(200);

  envelopes = onceEach([...sent, ...pushed]);
  stored = envelopes.map(arrived);
  told = toldBy(stored);
  expect(new Set(told.map(({ batch }) => batch.session.id)).size).toBeGreaterThan(150);
}

async function importAll(sent: readonly Envelope[]): Promise<void> {
  const lines = sent.map((envelope) => JSON.stringify(envelope)).join('\n');
  const { status, body } = await server.post(`/v1/import?app=${APPID}`, lines, server.asOwner);
  expect(status, JSON.stringify(body)).toBe(200);
}

/** Without what an agent sent again. */
function onceEach(sent: readonly Envelope[]): Envelope[] {
  const seen = new Set<string>();
  return sent.map((envelope) => ({
    ...envelope,
    events: (envelope.events as StoredSession['events']).filter(({ n }) => {
      const name = `${envelope.session.id} ${n}`;
      return !seen.has(name) && seen.add(name);
    }),
  }));
}

/** A batch as the collector stores it. */
function arrived({ key: _key, v: _v, sentAt, session, ...batch }: Envelope): StoredSession {
  const { startAt, ...rest } = session;
  return {
    ...batch,
    ...{ session: rest, sessionAt: startAt, receivedAt: sentAt, skewMs: 0 },
    ip: sentAt < COLLECTED_FROM ? '' : '127.0.0.1',
  } as StoredSession;
}

/** Opens a screen in English in a wide light window and in Chinese on a dark phone: both are sound, say and explain the same. */
async function look(address: string): Promise<Reading> {
  const [reading, onPhone] = await Promise.all(
    [wide, phone].map(async (screen) => {
      await screen.turnTo(`/apps/${APPID}${address}`);
      await screen.expectSound();
      return screen.read();
    }),
  );
  expect(onPhone?.numbers).toEqual(reading?.numbers);
  expect(onPhone?.explained, 'names that are explained in Chinese').toBe(reading?.explained);
  expect(reading?.unexplained).toEqual([]);
  return reading as Reading;
}

type Row = Answers['answers'][string]['rows'][number];
interface Asked {
  metrics: readonly string[];
  by?: readonly Dimension[];
  filters?: Filters;
  range?: Range;
}

/** Percentiles are estimates, and new users are told by all of history: those are counted apart. */
const isCounted = (name: string) => name in METRICS && !/P\d\dMs$|_uv_new$/.test(name);
/** What names an issue is a hash, which counting knows nothing of. */
const isCountedBy = (name: string) => name !== 'issue';

/** What the report API answers, after it was found to be what counting the events one by one gives. */
async function ask({ metrics, by = [], filters, range = WEEK }: Asked): Promise<Row[]> {
  const body = { ...range, ...(filters && { filters }), questions: { it: { metrics, by } } };
  const answer = await server.post<Answers>(`/api/v1/apps/${APPID}/questions`, body, server.asOwner);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  const rows = answer.body.answers.it?.rows ?? [];

  const dimensions = by.filter(isCountedBy);
  const counted = metrics.filter(isCounted) as MetricName[];
  const question = { app: APPID, ...instantsOf(range), timezone: TIMEZONE, metrics: counted };
  const expected = countMetrics(stored, { ...question, by: dimensions as never, filter: (filters ?? {}) as never });
  const inOrder = (unsorted: Record<string, unknown>[]) =>
    unsorted
      .map((row) => Object.fromEntries([...dimensions, ...counted].map((name) => [name, row[name]])))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  expect(inOrder(rows)).toEqual(inOrder(expected));
  if (metrics.includes('visit_uv_new') && by.length === 0 && !filters)
    expect(rows[0]?.visit_uv_new).toBe(newUsersOf(range));
  return rows;
}

function newUsersOf(range: Range): number {
  const firsts = new Map<string, number>();
  for (const { batch } of told) {
    const known = firsts.get(batch.session.user) ?? Infinity;
    firsts.set(batch.session.user, Math.min(known, batch.sessionAt));
  }
  return [...firsts.values()].filter((at) => isIn(at, range)).length;
}

const isIn = (at: number, range: Range) => at >= instantsOf(range).from && at < instantsOf(range).to;

const nameOf = (metric: string) => catalogue.get(metric)?.en ?? metric;
const writtenAs = (metric: string, row: Row | undefined) =>
  written(row?.[metric] as number | null, catalogue.get(metric)?.unit);

/** Metrics of the catalogue as figures. */
const figuresOf = (metrics: readonly string[], row: Row | undefined) =>
  Object.fromEntries(metrics.map((metric) => [nameOf(metric), writtenAs(metric, row)]));

/** An answer as a table whose first column says of each row what it is of. */
function tableOf(rows: Row[], metrics: readonly string[], title: string, name: (row: Row) => string) {
  return rows.map((row) => ({ [title]: name(row), ...figuresOf(metrics, row) }));
}

/** Rows of two tables that may be in different orders where their values are equal. */
const sorted = (rows: object[] | undefined) => (rows ?? []).map((row) => JSON.stringify(row)).sort();

/** Interfaces write bare numbers: the title says the unit. */
const interfaceCells = (row: Row) => ({
  Calls: written(row.calls as number),
  Errors: written(row.errors as number),
  'Success rate': written(row.successRate as number | null, '%'),
  'Success rate w/o cancels': written(row.successRateWithoutCancels as number | null, '%'),
  'Affected users': written(row.affectedUsers as number),
  'Failed users': written(row.failedUsers as number),
  'P50 ms': written(row.durationP50Ms as number | null),
  'P95 ms': written(row.durationP95Ms as number | null),
});
const INTERFACE_METRICS = [
  'calls',
  'success',
  'errors',
  'cancel',
  'unknown',
  'successRate',
  'successRateWithoutCancels',
  'affectedUsers',
  'failedUsers',
  'durationP50Ms',
  'durationP75Ms',
  'durationP95Ms',
  'durationP99Ms',
];
const VISITS = ['session_cnt', 'visit_uv', 'visit_uv_new', 'visit_pv', 'stay_time_session', 'visit_depth'];
const HEALTH = [
  'requests',
  'requestSuccessRate',
  'requestDurationP95Ms',
  'appLaunchP50Ms',
  'appLaunchP95Ms',
  'jsErrors',
  'crashFreeRate',
];

describe('the screens say what the report API answers and what counting one by one gives', () => {
  test('overview: visits, health, interfaces, errors, and how they differ from the week before', async () => {
    const { figures, changes, tables } = await look('/overview');
    const [visits] = await ask({ metrics: VISITS });
    expect(figures.Visits).toEqual(figuresOf(VISITS, visits));
    const [before] = await ask({ metrics: VISITS, range: WEEK_BEFORE });
    expect(changes.Visits).toEqual(
      Object.fromEntries(
        VISITS.map((metric) => [nameOf(metric), writtenChange(Number(visits?.[metric]), Number(before?.[metric]))]),
      ),
    );
    const [health] = await ask({ metrics: HEALTH });
    const pushMetrics = ['callback_count', 'fail_count', 'deliveryP95Ms'];
    const [push] = await ask({ metrics: pushMetrics });
    expect(figures.Health).toEqual({ ...figuresOf(HEALTH, health), ...figuresOf(pushMetrics, push) });

    const interfaces = await ask({ metrics: INTERFACE_METRICS, by: ['name'] });
    expect(interfaces.length).toBe(5);
    expect(sorted(tables.Interfaces)).toEqual(
      sorted(
        interfaces.map((row) => {
          const { 'Success rate': rate, Calls, Errors, 'Affected users': affected } = interfaceCells(row);
          return { Interface: row.name, 'Success rate': rate, Calls, Errors, 'Affected users': affected };
        }),
      ),
    );
    const issues = await ask({ metrics: ['jsErrors', 'errorUsers'], by: ['issue', 'error', 'message'] });
    expect(issues.length).toBe(2);
    expect(sorted(tables['JavaScript errors'])).toEqual(
      sorted(tableOf(issues, ['jsErrors', 'errorUsers'], 'Issue', ({ error, message }) => `${error} ${message}`)),
    );
  });

  test('overview, narrowed to a platform and a version', async () => {
    const { figures } = await look(`/overview?platform=ios&version=${BROKEN.version}`);
    const filters = { platform: ['ios'], version: [BROKEN.version] };
    expect(figures.Visits).toEqual(figuresOf(VISITS, (await ask({ metrics: VISITS, filters }))[0]));
    expect(figures.Health).toEqual(figuresOf(HEALTH, (await ask({ metrics: HEALTH, filters }))[0]));
  });

  test('interfaces, the most called first', async () => {
    const { tables } = await look('/interfaces');
    const rows = await ask({ metrics: INTERFACE_METRICS, by: ['name'] });
    const calls = tables.Interfaces?.map(({ Calls }) => Number(Calls));
    expect(calls).toEqual([...(calls ?? [])].sort((a, b) => b - a));
    expect(sorted(tables.Interfaces?.map(({ Trend, ...row }) => row))).toEqual(
      sorted(rows.map((row) => ({ Interface: row.name, ...interfaceCells(row) }))),
    );
  });

  test('one interface: figures, versions, messages and single calls', async () => {
    const { figures, tables, pagers } = await look('/interfaces/requestPayment');
    const filters = { name: ['requestPayment'] };
    const [summary] = (await ask({ metrics: INTERFACE_METRICS, filters })) as [Row];
    expect(figures['Key figures']).toEqual({
      ...interfaceCells(summary),
      Successes: written(summary.success as number),
      Cancels: written(summary.cancel as number),
      Unknown: written(summary.unknown as number),
      'P75 ms': written(summary.durationP75Ms as number),
      'P99 ms': written(summary.durationP99Ms as number),
    });
    const versions = await ask({ metrics: INTERFACE_METRICS, by: ['version'], filters });
    expect(versions.length).toBe(2);
    expect(sorted(tables['By version'])).toEqual(
      sorted(versions.map((row) => ({ Version: row.version, ...interfaceCells(row) }))),
    );
    const messages = await ask({
      metrics: ['callMessages', 'messageUsers', 'messageFirstAt', 'messageLastAt'],
      by: ['outcome', 'message'],
      filters,
    });
    const outcomes: Record<string, string> = { fail: 'Failure', cancel: 'Cancel', unknown: 'Unknown' };
    expect(sorted(tables.Messages)).toEqual(
      sorted(
        messages.map((row) => ({
          Message: row.message || '(no message)',
          Outcome: outcomes[String(row.outcome)],
          Calls: written(row.callMessages as number),
          Users: written(row.messageUsers as number),
          'First seen': momentInChina(row.messageFirstAt as number),
          'Last seen': momentInChina(row.messageLastAt as number),
        })),
      ),
    );

    const calls = told.filter(({ kind, name, at }) => kind === 'call' && name === 'requestPayment' && isIn(at, WEEK));
    const path = `/api/v1/apps/${APPID}/interfaces/requestPayment/records?from=${WEEK.from}&to=${WEEK.to}&limit=20`;
    const { body } = await server.get<CallRecordList>(path, server.asOwner);
    expect(body.total).toBe(calls.length);
    expect(pagers).toEqual([`1–20 of ${written(calls.length)}`]);
    const newest = [...calls].sort((a, b) => b.at - a.at).slice(0, 20);
    expect(tables['Call records']).toEqual(
      newest.map(({ at, outcome, durationMs, errMsg, page, batch }) => ({
        Time: momentInChina(at),
        Outcome: outcomes[String(outcome)] ?? 'Success',
        'Duration ms': written(durationMs as number | undefined),
        'User id': batch.session.user,
        'IP address': batch.ip || '—',
        Message: errMsg ?? '—',
        Page: page,
        Version: batch.device.version,
        Device: batch.device.model,
      })),
    );
    expect(body.items.map(({ session, n }) => [session, n])).toEqual(
      newest.map(({ batch, n }) => [batch.session.id, n]),
    );
  });

  test('requests, route by route, and one route', async () => {
    const metrics = [
      'requests',
      'requestSuccessRate',
      'httpErrors',
      'networkErrors',
      'aborts',
      'requestDurationP50Ms',
      'requestDurationP95Ms',
      'requestAffectedUsers',
    ];
    const { figures, tables } = await look('/requests');
    expect(figures['Key figures']).toEqual(figuresOf(metrics, (await ask({ metrics }))[0]));
    const ofRoutes = [...metrics.slice(0, 7), 'receivedBytes', 'sentBytes', 'requestAffectedUsers'];
    const routes = await ask({ metrics: ofRoutes, by: ['method', 'host', 'path'] });
    expect(routes.length).toBe(3);
    expect(sorted(tables['Requests by route'])).toEqual(
      sorted(tableOf(routes, ofRoutes, 'Route', ({ method, host, path }) => `${method} ${host}${path}`)),
    );

    const route = { method: ['GET'], host: ['api.tea.example'], path: ['/teas/:id'] };
    const one = await look('/requests/route?method=GET&host=api.tea.example&path=/teas/:id');
    expect(one.figures['Key figures']).toEqual(figuresOf(metrics, (await ask({ metrics, filters: route }))[0]));
    const ofVersions = ['requests', 'requestSuccessRate', 'httpErrors', 'networkErrors', ...metrics.slice(5)];
    const versions = await ask({ metrics: ofVersions, by: ['version'], filters: route });
    expect(sorted(one.tables['By version'])).toEqual(
      sorted(tableOf(versions, ofVersions, 'Version', ({ version }) => String(version))),
    );
  });

  test('performance: the modules, the stages of a launch, platforms and pages', async () => {
    const { figures, tables } = await look('/performance');
    const metrics = [
      'openrate',
      'appLaunchP50Ms',
      'appLaunchP95Ms',
      'costtimeP50Ms',
      'costtimeP95Ms',
      'memory',
      'memorydiff',
      'memorywarning',
      'memorywarningrate',
    ];
    expect(figures['Key figures']).toEqual(figuresOf(metrics, (await ask({ metrics }))[0]));
    const stages = ['downloadPackage', 'evaluateScript', 'firstRender', 'appLaunch'];
    const [row] = await ask({ metrics: stages.flatMap((stage) => [stage, `${stage}P50Ms`, `${stage}P95Ms`]) });
    expect(tables['Launch, stage by stage']).toEqual(
      stages.map((stage) => ({
        Stage: nameOf(stage),
        Mean: writtenAs(stage, row),
        P50: writtenAs(`${stage}P50Ms`, row),
        P95: writtenAs(`${stage}P95Ms`, row),
      })),
    );
    const ofPages = ['costtime', 'costtimeP50Ms', 'costtimeP95Ms'];
    const split = ['appLaunch', 'appLaunchP50Ms', 'appLaunchP95Ms', ...ofPages, 'memory', 'memorywarning'];
    const platforms = await ask({ metrics: split, by: ['platform'] });
    expect(sorted(tables['Where it is slow'])).toEqual(
      sorted(tableOf(platforms, split, 'Platform', ({ platform }) => String(platform))),
    );
    const pages = await ask({ metrics: ofPages, by: ['page'] });
    expect(sorted(tables['Page switch by page'])).toEqual(
      sorted(
        tableOf(
          pages.filter(({ costtime }) => costtime !== null),
          ofPages,
          'Page',
          ({ page }) => String(page),
        ),
      ),
    );
  });

  test('message push: figures, messages and servers', async () => {
    const { figures, tables, pagers } = await look('/push?view=table');
    const { body } = await server.get<PushReport>(
      `/api/v1/apps/${APPID}/push?from=${WEEK.from}&to=${WEEK.to}`,
      server.asOwner,
    );
    const counts = ['callback_count', 'fail_count', 'total_time_cost', 'max_time_cost'];
    const [all] = await ask({ metrics: counts });
    expect(body.summary).toMatchObject(all as object);
    const cellsOf = (row: Row) => ({
      Deliveries: written(row.callback_count as number),
      Failed: written(row.fail_count as number),
      'Failure rate': written((100 * Number(row.fail_count)) / Number(row.callback_count), '%'),
      'Mean ms': written(Math.round(Number(row.total_time_cost) / Number(row.callback_count))),
      'P95 ms': written(row.deliveryP95Ms as number),
    });
    const covered = toldPushes().filter(({ reason }) => reason === 'covered').length;
    expect(figures['Key figures']).toEqual({
      ...cellsOf(body.summary),
      'Longest ms': written(body.summary.max_time_cost),
      'P50 ms': written(body.summary.deliveryP50Ms),
      'P99 ms': written(body.summary.deliveryP99Ms),
      'Late, covered': written(covered),
    });
    expect(pagers).toEqual([`1–20 of ${written(toldPushes().length)}`]);
    const partMetrics = [...counts, 'deliveryP95Ms'];
    const hosts = await ask({ metrics: partMetrics, by: ['host'] });
    expect(sorted(tables['By host'])).toEqual(sorted(hosts.map((row) => ({ Host: row.host, ...cellsOf(row) }))));
  });

  test('errors, and one issue with its versions and platforms', async () => {
    const { figures, tables } = await look('/errors');
    const metrics = ['crashFreeRate', 'crashFreeSessions', 'jsErrors', 'errorUsers', 'errorSessions'];
    expect(figures['Key figures']).toEqual(figuresOf(metrics, (await ask({ metrics }))[0]));
    const ofIssues = ['jsErrors', 'errorUsers', 'errorSessions', 'errorVersions', 'firstSeenAt', 'lastSeenAt'];
    const issues = await ask({ metrics: ofIssues, by: ['issue', 'error', 'message'] });
    expect(sorted(tables.Issues)).toEqual(
      sorted(tableOf(issues, ofIssues, 'Issue', ({ error, message }) => `${error} ${message}`)),
    );

    const issue = issues.find(({ message }) => message === 'no such tea') as Row;
    const one = await look(`/errors/${issue.issue}`);
    expect(one.figures['Key figures']).toEqual(figuresOf(metrics.slice(2), issue));
    const split = ['jsErrors', 'errorUsers', 'firstSeenAt', 'lastSeenAt'];
    for (const [name, title, by] of [
      ['By version', 'Version', 'version'],
      ['By platform', 'Platform', 'platform'],
    ] as const) {
      const parts = await ask({ metrics: split, by: [by], filters: { message: ['no such tea'] } });
      expect(sorted(one.tables[name])).toEqual(sorted(tableOf(parts, split, title, (row) => String(row[by]))));
    }
  });

  test('sessions, a user and a session with everything it did', async () => {
    const { tables, pagers } = await look('/users');
    const all = sessionsOf(told)
      .map((events) => ({ events, record: sessionRecordOf(events) }))
      .filter(({ record }) => isIn(record.startAt, WEEK))
      .sort((a, b) => b.record.startAt - a.record.startAt);
    expect(pagers).toEqual([`1–25 of ${written(all.length)}`]);
    expect(tables.Sessions).toEqual(all.slice(0, 25).map(({ record }) => sessionCells(record)));

    const { events, record } = all.find(
      ({ record }) => record.failedCalls > 0 && record.openid,
    ) as (typeof all)[number];
    const user = await look(`/users/${record.user}?range=30d`);
    const own = sessionsOf(told).filter(([first]) => first?.batch.session.user === record.user);
    const starts = own.map((events) => sessionRecordOf(events).startAt);
    expect(user.figures['What is known of this user']).toEqual({
      Sessions: written(own.length),
      'First seen': momentInChina(Math.min(...starts)),
      'Last seen': momentInChina(Math.max(...starts)),
      Openid: record.openid,
    });
    expect(user.tables.Sessions).toHaveLength(own.length);

    const session = await look(`/sessions/${record.session}`);
    expect(session.figures['What the session did']).toEqual({
      'In sight': written(record.stayMs / 1_000, 'seconds'),
      Events: written(record.events),
      Pages: written(record.pages),
      Calls: written(record.calls),
      'Failed calls': written(record.failedCalls),
      Requests: written(record.requests),
      'Failed requests': written(record.failedRequests),
      'JS errors': written(record.errors),
    });
    expect(session.tables['Time line']?.map((row) => [row['No.'], row.ms])).toEqual(
      events.map(({ n, durationMs }) => [String(n), durationMs === undefined ? '' : written(durationMs as number)]),
    );
  });

  test('visits: trend, sources, lengths, pages and one page', async () => {
    const metrics = [
      'session_cnt',
      'visit_pv',
      'visit_uv',
      'visit_uv_new',
      'stay_time_session',
      'stay_time_uv',
      'visit_depth',
    ];
    const trend = await look('/visits');
    expect(trend.figures['Visits in this range']).toEqual(figuresOf(metrics, (await ask({ metrics }))[0]));

    const sources = await look('/visits?show=sources');
    const scenes = await ask({ metrics: ['session_cnt'], by: ['scene'] });
    const title = nameOf('session_cnt');
    expect(sorted(sources.tables['Opens by source']?.map((row) => ({ it: row[title] })))).toEqual(
      sorted(scenes.map((row) => ({ it: writtenAs('session_cnt', row) }))),
    );

    const lengths = await look('/visits?show=lengths');
    const depths = await ask({ metrics: ['access_session_cnt'], by: ['depth'] });
    expect(
      lengths.tables['Opens by depth']
        ?.filter((row) => /^\d$/.test(row['Distinct pages'] ?? ''))
        .map((row) => [Number(row['Distinct pages']), Number(row[nameOf('access_session_cnt')])])
        .filter(([, sessions]) => sessions !== 0),
    ).toEqual(
      depths
        .map((row) => [row.depth, row.access_session_cnt] as [number, number])
        .filter(([depth]) => depth > 0 && depth <= 5)
        .sort(([a], [b]) => a - b),
    );

    const ofPages = [
      'page_visit_pv',
      'page_visit_uv',
      'page_staytime_pv',
      'entrypage_pv',
      'exitpage_pv',
      'share_pv',
      'share_uv',
    ];
    const list = await look('/visits?show=pages');
    const pages = await ask({ metrics: ofPages, by: ['page'] });
    expect(pages.length).toBe(4);
    expect(sorted(list.tables.Pages)).toEqual(sorted(tableOf(pages, ofPages, 'Page', ({ page }) => String(page))));

    const page = 'pages/tea/tea';
    const one = await look(`/visits?show=pages&of=${page}`);
    expect(one.figures['This page']).toEqual(
      figuresOf(
        ofPages,
        pages.find((row) => row.page === page),
      ),
    );
    const inWeek = sessionsOf(told).filter(([first]) => isIn((first as Told).batch.sessionAt, WEEK));
    const { before } = pathsOf(inWeek, page, () => true);
    expect(sorted(one.tables['Seen right before']?.map((row) => ({ page: row.Page, views: row.Views })))).toEqual(
      sorted(before.map((row) => ({ page: row.page || 'The session began here', views: written(row.views) }))),
    );
  });

  test.each([
    ['', 'visit_uv'],
    ['&who=new', 'visit_uv_new'],
  ] as const)('retention of each day%s', async (address, who) => {
    const { tables } = await look(`/visits?show=retention${address}`);
    const counter = createCounter(envelopes);
    const days = Array.from({ length: 6 }, (_, index) => `2026030${4 + index}`);
    const rows = tables.Retention?.slice(1) ?? [];
    expect(rows).toHaveLength(days.length);
    for (const [index, date] of days.entries()) {
      const later = periodsAfter([0, 1, 2, 3, 4, 5].slice(0, 6 - index), 'days', day, date);
      const [users, ...again] = counter.retain(day(date), later, date)[who].map(({ value }) => value);
      expect(Object.values(rows[index] ?? {}).slice(1)).toEqual([
        written(users),
        ...again.map((came) => (users ? written((100 * came) / users, '%') : '—')),
        ...Array(index).fill(''),
      ]);
    }
  });

  test('whether it can be believed: every event that was numbered has arrived', async () => {
    const { figures } = await look('/settings/health');
    const metrics = ['numbered', 'missing', 'lossRate'];
    expect(figures['Key figures']).toMatchObject(figuresOf(metrics, (await ask({ metrics }))[0]));
  });
});

const toldPushes = () =>
  stored.flatMap(({ events }) => events).filter(({ kind, at }) => kind === 'push_delivery' && isIn(at, WEEK));

const sessionCells = (record: SessionRecord) => ({
  Start: momentInChina(record.startAt),
  User: record.user,
  'In sight': written(record.stayMs / 1_000, 'seconds'),
  Pages: written(record.pages),
  Calls: written(record.calls),
  'Failed calls': written(record.failedCalls),
  Requests: written(record.requests),
  'Failed requests': written(record.failedRequests),
  'JS errors': written(record.errors),
  'First page': record.entry,
  Version: record.version,
  Device: `${record.model} · ${record.system}`,
  Openid: record.openid || '—',
});

test('scripts come compressed to whoever reads that, and plain to others', async () => {
  const [script] = /\/assets\/[^"]+\.js/.exec(await (await fetch(origin)).text()) as RegExpExecArray;
  const load = async (encoding: string) => {
    const { headers } = await fetch(origin + script, { headers: { 'accept-encoding': encoding } });
    return Object.fromEntries(
      ['content-encoding', 'content-type', 'cache-control', 'vary'].map((name) => [name, headers.get(name)]),
    );
  };
  const plain = await load('identity');
  expect(plain).toMatchObject({
    'content-encoding': null,
    'cache-control': expect.stringContaining('immutable'),
    vary: 'accept-encoding',
  });
  expect(await load('gzip')).toEqual({ ...plain, 'content-encoding': 'gzip' });
});

test.each([
  '/overview?range=today',
  '/overview?range=24h',
  '/live',
  '/push',
  '/push/settings',
  '/performance?split=level',
  '/settings/install',
  '/settings/keys',
  '/settings/wechat',
  '/settings/agents',
  '/settings/data',
  '/settings/members',
  '/settings/audit',
])('%s is sound', async (address) => {
  await look(address);
});

test('why payment fails, since when and for whom is found by links, and an address shows it to others', async () => {
  const { page } = wide;
  const follow = async (name: string | RegExp, table?: string) => {
    const within = table === undefined ? page.locator('main') : page.getByRole('table', { name: table });
    await within.getByRole('link', { name }).first().click();
    await wide.settle();
    return wide.read();
  };
  await wide.open(`/apps/${APPID}/overview`);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Interfaces' }).click();
  await wide.settle();

  const { tables, pagers } = await follow('requestPayment', 'Interfaces');
  const rates = tables['By version']?.map((row) => [
    row.Version,
    Number.parseFloat(row['Success rate w/o cancels'] ?? ''),
  ]);
  const [sound, broken] = (rates ?? []).sort() as [string, number][];
  expect(sound?.[1]).toBeGreaterThan(80);
  expect(broken?.[0]).toBe(BROKEN.version);
  expect(broken?.[1]).toBeLessThan(30);
  expect(tables.Messages?.[0]).toMatchObject({ Message: BROKEN.errMsg, Outcome: 'Failure' });
  expect(pagers).toHaveLength(1);

  const failed = tables['Call records']?.find(({ Message }) => Message === BROKEN.errMsg);
  const session = await follow(failed?.Time as string, 'Call records');
  const line = session.tables['Time line']?.filter(({ Event }) => Event?.includes('requestPayment'));
  expect(line).toContainEqual(
    expect.objectContaining({ Result: 'Failure', Event: expect.stringContaining(BROKEN.errMsg) }),
  );
  expect(session.figures['What the session did']?.['Failed calls']).not.toBe('0');

  const user = await follow(/^← User/);
  expect(await page.locator('h1').textContent()).toContain(failed?.['User id']);
  const ownSessions = sessionsOf(told).filter(([first]) => first?.batch.session.user === failed?.['User id']);
  expect(user.figures['What is known of this user']?.Sessions).toBe(written(ownSessions.length));

  // Whoever is sent an address sees the same.
  await wide.open(`/apps/${APPID}/interfaces/requestPayment?from=${WEEK.from}&to=${WEEK.to}`);
  await page
    .getByRole('button', { name: failed?.['User id'] as string })
    .first()
    .click();
  await wide.settle();
  const seen = await wide.read();
  const colleague = await newContext({ locale: 'en-US', viewport: { width: 1024, height: 700 } });
  await colleague.addCookies(await page.context().cookies());
  const sent = await openScreenPage(colleague, origin);
  await sent.open(new URL(page.url()).pathname + new URL(page.url()).search);
  expect(await sent.read()).toEqual(seen);
  expect(seen.tables['Call records']?.every((row) => row['User id'] === failed?.['User id'])).toBe(true);
  await colleague.close();
});
