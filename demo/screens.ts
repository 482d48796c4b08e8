import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readAgentCode } from '@minilens/simulator/agent-code';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from '#ensure-chromium';
import { findServer } from './data-directory.js';
import { goOn } from './go-on.js';
import { APP_ID } from './make-data.js';
import { createMinilens } from './minilens.js';
import { prepare } from './prepare.js';
import { describeScreens, fileOf, SCREENS, type Screen, type View } from './screen-list.js';

// Takes a picture of every screen over the demo's data, and writes the page that shows them.

const FOLDER = 'docs/screens';
/** What lies deeper on a long page is left out. Unit: CSS pixels. */
const DESKTOP = { width: 1280, height: 800, deepest: 1400 };
const PHONE = { width: 390, height: 844, deepest: 1400 };
/** What a picture of what is going on shows at least, and how long that may take. */
const MANY_EVENTS = 20;
const MANY_EVENTS_WITHIN_MS = 5 * 60_000;
/** Of WebP, 0 to 100: as low as letters stay clean. */
const QUALITY = 45;
const OWNER = { login: 'owner', password: 'pictures of a tea shop' };
const COLLEAGUE = { login: 'support', password: OWNER.password };

const data = resolve(process.env.MINILENS_DATA || 'screens-data');
process.env.MINILENS_PORT ??= '8331';
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
const minilens = createMinilens(data, stop.signal);

try {
  if (!spawnSync('fc-list', [':lang=zh'], { encoding: 'utf8' }).stdout)
    throw new Error('No font of this machine has Chinese letters: install the package fonts-wqy-microhei.');
  await prepare(minilens, data);
  const served = minilens.serve();
  const visits = goOn(data, readAgentCode(), stop.signal);
  await Promise.race([takeAll(), served, visits]).finally(() => stop.abort());
  await Promise.all([served, visits]);
} catch (error) {
  console.error(`screens: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function takeAll(): Promise<void> {
  const origin = await untilUp();
  const browser = await chromium.launch({
    executablePath: findChromium() ?? 'chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const account = await signIn(browser, origin);
    const only = process.argv.slice(2);
    const asked = SCREENS.filter(({ name }) => only.length === 0 || only.includes(name))
      // Where people come while the pictures are taken, most have come at the end.
      .sort((a, b) => Number(a.isLive ?? false) - Number(b.isLive ?? false));
    mkdirSync(FOLDER, { recursive: true });
    if (only.length === 0) for (const name of readdirSync(FOLDER)) rmSync(join(FOLDER, name));

    const english = await open(browser, account, { locale: 'en-US' });
    for (const screen of asked) {
      await visit(english, origin, screen);
      await take(english, screen, 'light', DESKTOP);
      await english.emulateMedia({ colorScheme: 'dark' });
      await take(english, screen, 'dark', DESKTOP);
      await english.emulateMedia({ colorScheme: 'light' });
      await take(english, screen, 'phone', PHONE);
    }
    const chinese = await open(browser, account, { locale: 'zh-CN' });
    for (const screen of asked.filter(({ inChinese }) => inChinese)) {
      await visit(chinese, origin, screen);
      await take(chinese, screen, 'chinese', DESKTOP);
    }
  } finally {
    await browser.close();
  }
  writeFileSync(join(FOLDER, 'README.md'), describeScreens());
  const bytes = readdirSync(FOLDER).reduce((sum, name) => sum + statSync(join(FOLDER, name)).size, 0);
  console.log(`${FOLDER}: ${(bytes / 1024 ** 2).toFixed(1)} MB.`);
}

async function untilUp(): Promise<string> {
  for (;;) {
    const server = await findServer(data);
    if (server) return server.url;
    await sleep(200);
  }
}

type Account = Awaited<ReturnType<BrowserContext['storageState']>>;

/** Signs in as the owner of the data. The first time it is an account to be made, with a colleague's beside it. */
async function signIn(browser: Browser, origin: string): Promise<Account> {
  const owner = await asker(browser, origin);
  const known: { login: string }[] = JSON.parse(await minilens.run('user', 'list', '--json'));
  if (known.length > 0) {
    await owner.post('/api/v1/login', OWNER);
    return owner.state();
  }
  const { url } = JSON.parse(await minilens.run('user', 'add', OWNER.login, '--admin', '--json'));
  await owner.post('/api/v1/invitations/accept', { token: tokenIn(url), password: OWNER.password });
  const { path } = await owner.post(`/api/v1/apps/${APP_ID}/invitations`, { role: 'viewer' });
  await (await asker(browser, origin)).post('/api/v1/invitations/accept', { token: tokenIn(path), ...COLLEAGUE });
  return owner.state();
}

function tokenIn(link: string): string {
  return link.split('#')[1] ?? '';
}

/** Somebody with cookies of their own who asks the server's API. */
async function asker(browser: Browser, origin: string) {
  const context = await browser.newContext({ baseURL: origin, extraHTTPHeaders: { origin } });
  return {
    async post(path: string, body: object) {
      const answer = await context.request.post(path, { data: body });
      if (!answer.ok()) throw new Error(`${path} was answered ${answer.status()}: ${await answer.text()}`);
      return answer.json();
    },
    state: () => context.storageState(),
  };
}

async function open(browser: Browser, account: Account, options: BrowserContextOptions): Promise<Page> {
  const calm = { colorScheme: 'light', reducedMotion: 'reduce' } as const;
  const context = await browser.newContext({ ...calm, ...options, storageState: account });
  return context.newPage();
}

async function visit(page: Page, origin: string, { address, links = [], isLive = false }: Screen): Promise<void> {
  await page.setViewportSize(DESKTOP);
  await page.goto(`${origin}/apps/${APP_ID}${address}`);
  if (isLive) await page.locator('tbody tr').nth(MANY_EVENTS).waitFor({ timeout: MANY_EVENTS_WITHIN_MS });
  await settle(page);
  for (const link of links) {
    const href = await page.locator(link).first().getAttribute('href');
    await page.goto(origin + href);
    await settle(page);
  }
}

/** Waits until what the screen shows has come. */
async function settle(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.loading'), undefined, { timeout: 60_000 });
  await sleep(400);
}

/** The whole page, as far down as pictures go, in a window as high as that: what sticks to its edges stays there. */
async function take(page: Page, screen: Screen, view: View, { width, height, deepest }: typeof DESKTOP): Promise<void> {
  await page.setViewportSize({ width, height });
  await settle(page);
  const pageHeight = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(height, Math.min(pageHeight, deepest)) });
  await settle(page);
  const devtools = await page.context().newCDPSession(page);
  const { data: picture } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await devtools.detach();
  writeFileSync(join(FOLDER, fileOf(screen, view)), picture, 'base64');
}
