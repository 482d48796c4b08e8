import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answers } from '@minilens/wire/questions';
import type { CallRecordList } from '@minilens/wire/records';
import type { Browser, BrowserContext, Request } from 'playwright-core';
import { openScreenPage, type ScreenPage } from '../test/dashboard/screen.js';
import { type ServerProcess, startServer } from '../test/process/server-process.js';
import { launchChromium } from '../test/runtimes/chromium.js';
import { type History, openHistory } from './kept-history.js';
import { median, type Row } from './row.js';

const LOADS = 5;
const DAY_MS = 86_400_000;
const ACCOUNT = { login: 'bench', password: 'a long enough password' };

/** Asked by every screen, of whoever looks and of what the frame around it shows. */
const FRAME = /\/api\/v1\/(me|metrics|apps\/[^/]+(\/filters)?)(\?|$)/;

/** What one cold load took. */
interface Load {
  requests: number;
  apiCalls: number;
  dataCalls: number;
  scriptBytes: number;
  bytes: number;
  /** Until figures or rows stand in the screen, which answers to keys and clicks by then. */
  inSightMs: number;
  /** Until nothing changes any more: charts are drawn last. */
  completeMs: number;
  /** In sight, for a browser that has been there before. */
  againMs: number;
}

/** What the screens of the dashboard weigh, ask and take over a history, each loaded by a browser that knows nothing yet. */
export async function benchWeb({ events = 5_000_000 } = {}): Promise<Row[]> {
  const history = await openHistory({ events });
  const [server, browser] = await Promise.all([startServer(history.data), launchChromium()]);
  try {
    const cookies = await signIn(browser, server);
    const medians = new Map<string, Load>();
    for (const [screen, address] of await screensOf(history, server.url)) {
      const loads: Load[] = [];
      for (let load = 0; load < LOADS; load++) loads.push(await loadCold(browser, server.url, address, cookies));
      medians.set(screen, medianOf(loads));
    }
    return [...[...medians].flatMap(([screen, load]) => rowsOf(screen, load)), ...firstLoadRows(medians, history.note)];
  } finally {
    await browser.close();
    await server.stop();
    history.close();
  }
}

/** By the one-time link, or with the account that a kept history has already. */
async function signIn(browser: Browser, { url, setupLink }: ServerProcess): Promise<Cookies> {
  const context = await browser.newContext({ locale: 'en-US' });
  const { page, open } = await openScreenPage(context, url);
  await open(setupLink === undefined ? '/login' : setupLink.slice(url.length));
  await page.getByLabel('Login', { exact: true }).fill(ACCOUNT.login);
  await page.getByLabel('Password', { exact: true }).fill(ACCOUNT.password);
  if (setupLink !== undefined) await page.getByLabel('Password again').fill(ACCOUNT.password);
  await page.getByRole('button', { name: setupLink === undefined ? 'Sign in' : 'Create account', exact: true }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}
type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/** Every screen with an address that shows something of the last seven days, which screens show unless they are told others. */
async function screensOf({ data, app, endAt }: History, url: string): Promise<[screen: string, address: string][]> {
  const { token } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { token: string };
  const range = { from: chinaDay(endAt - 6 * DAY_MS), to: chinaDay(endAt) };
  const days = new URLSearchParams(range).toString();
  // As people first come, who choose no days; unless the history is an older one.
  const week = Date.now() - endAt < DAY_MS ? '' : days;
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}/api/v1/apps/${app.appid}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path} was refused: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const { items } = await ask<CallRecordList>(`/interfaces/requestPayment/records?${days}&limit=1`);
  const routes = { metrics: ['requests'], by: ['method', 'host', 'path'], limit: 1 };
  const { answers } = await ask<Answers>('/questions', { ...range, questions: { routes } });
  const [record, route] = [items[0], answers.routes?.rows[0]];
  if (!record || !route) throw new Error('The history has no call of requestPayment or no request in its last week.');
  const screens: [string, string][] = [
    ['overview', `/overview?${week}`],
    ['live', '/live'],
    ['visits', `/visits?${week}`],
    ['retention', `/visits?${week}&show=retention`],
    ['pages', `/visits?${week}&show=pages`],
    ['interfaces', `/interfaces?${week}`],
    ['interface details', `/interfaces/requestPayment?${week}`],
    ['requests', `/requests?${week}`],
    ['request details', `/requests/route?${week}&${new URLSearchParams(route as Record<string, string>)}`],
    ['performance', `/performance?${week}`],
    ['push', `/push?${week}`],
    ['errors', `/errors?${week}`],
    ['users', `/users?${week}`],
    ['user', `/users/${record.user}?${week}`],
    ['session', `/sessions/${record.session}`],
    ['settings', '/settings/health'],
  ];
  return screens.map(([screen, path]) => [screen, `/apps/${app.appid}${path}`]);
}

async function loadCold(browser: Browser, url: string, address: string, cookies: Cookies): Promise<Load> {
  const context = await browser.newContext({
    ...{ locale: 'en-US', viewport: { width: 1440, height: 900 } },
    reducedMotion: 'reduce',
  });
  await context.addCookies(cookies);
  await context.addInitScript(NOTE_CHANGES);
  const screen: ScreenPage = await openScreenPage(context, url);
  const ended: Request[] = [];
  screen.page.on('requestfinished', (request) => ended.push(request));
  await screen.open(address);
  const [inSightMs, completeMs] = (await screen.page.evaluate('[inSightMs ?? lastChangeMs, lastChangeMs]')) as [
    number,
    number,
  ];
  const transfers = await Promise.all(
    ended.map(async (request) => {
      const { responseBodySize, responseHeadersSize } = await request.sizes();
      return { url: request.url(), bodyBytes: responseBodySize, bytes: responseBodySize + responseHeadersSize };
    }),
  );
  await screen.open(address);
  const againMs = (await screen.page.evaluate('inSightMs ?? lastChangeMs')) as number;
  await context.close();
  const api = transfers.filter(({ url }) => url.includes('/api/v1/'));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  return {
    requests: transfers.length,
    apiCalls: api.length,
    dataCalls: api.filter(({ url }) => !FRAME.test(url)).length,
    scriptBytes: sum(transfers.filter(({ url }) => url.endsWith('.js')).map(({ bodyBytes }) => bodyBytes)),
    bytes: sum(transfers.map(({ bytes }) => bytes)),
    ...{ inSightMs, completeMs, againMs },
  };
}

/** Runs in the page, from its beginning: when it first showed what it was asked for, and last changed; in ms since the navigation. */
const NOTE_CHANGES = `globalThis.inSightMs = null;
new MutationObserver(() => {
  globalThis.lastChangeMs = performance.now();
  if (document.querySelector('main :is(.figure dd, tbody tr, li)')) globalThis.inSightMs ??= lastChangeMs;
}).observe(document, { childList: true, characterData: true, subtree: true });`;

const medianOf = (loads: readonly Load[]): Load => {
  const figures = Object.keys(loads[0] ?? {}) as (keyof Load)[];
  return Object.fromEntries(figures.map((figure) => [figure, median(loads.map((load) => load[figure]))])) as never;
};

const rowsOf = (subject: string, load: Load): Row[] => [
  { name: 'web: requests', subject, value: load.requests, unit: 'requests' },
  { name: 'web: API calls', subject, value: load.apiCalls, unit: 'requests' },
  { name: 'web: API calls for its data', subject, value: load.dataCalls, unit: 'requests', bar: '≤ 2' },
  { name: 'web: script', subject, value: kilobytes(load.scriptBytes), unit: 'KB' },
  { name: 'web: in all', subject, value: kilobytes(load.bytes), unit: 'KB' },
  { name: 'web: figures or rows in sight', subject, value: Math.round(load.inSightMs), unit: 'ms', bar: '≤ 1,000' },
  { name: 'web: the same when coming back', subject, value: Math.round(load.againMs), unit: 'ms', bar: '≤ 1,000' },
  { name: 'web: complete, charts too', subject, value: Math.round(load.completeMs), unit: 'ms' },
];

/** Charts come with the first screen that has one: the list of interfaces has none. */
function firstLoadRows(medians: ReadonlyMap<string, Load>, history: string): Row[] {
  const list = medians.get('interfaces') as Load;
  const note = `Median of ${LOADS} cold loads over ${history}, gzip, without charts`;
  return [
    { name: 'web: first load, script', value: kilobytes(list.scriptBytes), unit: 'KB', bar: '≤ 300', note },
    { name: 'web: first load, in all', value: kilobytes(list.bytes), unit: 'KB', note },
  ];
}

const kilobytes = (bytes: number) => Math.round(bytes / 1024);

const chinaDay = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
