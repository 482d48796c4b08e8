import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Answers } from '@minilens/wire/questions';
import type { AxeResults } from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findChromium, NEVER_OPTIMISE } from '../../../../scripts/ensure-chromium.mjs';
import { FAKE_APP, type Scenario } from './fake-api';
import { fakeApi } from './fake-api-plugin';
import { RETRIED_MESSAGE } from './fake-push';
import { FAKE_OPENID, FAKE_USER } from './fake-records';

/** What a first visit may load. Unit: bytes of script, gzip. */
const FIRST_VISIT_BYTES = 300 * 1024;
/** As the server sends it: what breaks it here would be a blank screen there. */
const POLICY =
  "default-src 'self'; script-src 'self'; script-src-attr 'none'; object-src 'none'; form-action 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

const WIDE = {
  viewport: { width: 1440, height: 900 },
  locale: 'en-US',
  colorScheme: 'light',
} satisfies BrowserContextOptions;
const PHONE = { width: 375, height: 667 };

/** Before a question that was refused is asked again for the first time. Unit: ms. */
const PAUSE_MS = 1_000;
/** Long enough for an answer to arrive in between. Unit: ms. */
const HURRY_EVERY_MS = 50;

const app = `/apps/${FAKE_APP}`;
/** No screen has this address. */
const NOWHERE = '/nowhere';
const SCREENS: [name: string, scenario: Scenario, address: string, isThere: string][] = [
  ['setup', 'setup', '/setup?token=right', 'form'],
  ['setup-without-link', 'setup', '/', '.code'],
  ['setup-done', 'signed-out', '/setup?token=right', 'a[href="/login"]'],
  ['login', 'signed-out', '/', 'form'],
  ['first-app', 'no-apps', '/', 'form'],
  ['login-refused', 'signed-out', '/login?refused=not_invited', '[role=alert]'],
  ['invitation', 'signed-out', '/invitation#open', 'form'],
  ['invitation-to-server', 'signed-out', '/invitation#to-server', 'form'],
  ['invitation-signed-in', 'normal', '/invitation#open', '.button-primary'],
  ['invitation-over', 'signed-out', '/invitation#over', 'a[href="/login"]'],
  ['password-reset', 'signed-out', '/password#open', 'form'],
  ['install-waiting', 'silent', `${app}/install`, '.first-event'],
  ['install-received', 'normal', `${app}/settings`, '.first-event-received'],
  ['settings-keys', 'normal', `${app}/settings/keys`, '.code'],
  ['settings-keys-viewer', 'viewer', `${app}/settings/keys`, '.code'],
  ['settings-wechat', 'normal', `${app}/settings/wechat`, 'table'],
  ['settings-wechat-empty', 'silent', `${app}/settings/wechat`, '.notice'],
  ['settings-wechat-viewer', 'viewer', `${app}/settings/wechat`, '.notice'],
  ['settings-wechat-loading', 'slow', `${app}/settings/wechat`, '.loading'],
  ['settings-wechat-failing', 'failing', `${app}/settings/wechat`, '.notice-error'],
  ['settings-agents', 'normal', `${app}/settings/agents`, 'table'],
  ['settings-agents-viewer', 'viewer', `${app}/settings/agents`, '.rest'],
  ['settings-agents-empty', 'silent', `${app}/settings/agents`, '.notice'],
  ['settings-health', 'normal', `${app}/settings/health`, '.chart-place svg'],
  ['settings-health-empty', 'silent', `${app}/settings/health`, '.notice'],
  ['settings-health-loading', 'slow', `${app}/settings/health`, '.loading'],
  ['settings-health-failing', 'failing', `${app}/settings/health`, '.notice-error'],
  ['settings-data', 'normal', `${app}/settings/data`, '.ant-input-number'],
  ['settings-data-viewer', 'viewer', `${app}/settings/data`, '.facts'],
  ['settings-members', 'normal', `${app}/settings/members`, '.ant-select'],
  ['settings-members-empty', 'silent', `${app}/settings/members`, '.notice'],
  ['settings-members-viewer', 'viewer', `${app}/settings/members`, '.notice'],
  ['settings-audit', 'normal', `${app}/settings/audit?page=2`, 'table'],
  ['settings-audit-empty', 'silent', `${app}/settings/audit`, '.notice'],
  ['account', 'normal', '/account', 'form'],
  ['account-viewer', 'viewer', '/account', 'form'],
  ['account-sessions', 'normal', '/account/sessions', 'table'],
  ['account-factor-off', 'normal', '/account/second-factor', 'form'],
  ['account-factor-on', 'second-factor', '/account/second-factor', 'form'],
  ['account-tokens', 'normal', '/account/tokens', 'table'],
  ['overview', 'normal', '/', '.chart-place svg'],
  [
    'overview-filtered',
    'normal',
    `${app}/overview?range=today&platform=ios,android&onPage=pages/index/index`,
    '.filter-chip',
  ],
  ['overview-silent', 'silent', '/', '.notice'],
  ['overview-loading', 'slow', '/', '.loading'],
  ['overview-failing', 'failing', '/', '.notice-error'],
  ['visits', 'normal', `${app}/visits?range=30d`, '.chart-place svg'],
  ['visits-by-week', 'normal', `${app}/visits?range=30d&by=week&platform=ios`, '.chart-place svg'],
  ['visits-empty', 'silent', `${app}/visits`, '.notice'],
  ['visits-failing', 'failing', `${app}/visits`, '.notice-error'],
  ['visits-sources', 'normal', `${app}/visits?show=sources`, '.chart-place svg'],
  ['visits-sources-empty', 'silent', `${app}/visits?show=sources`, '.notice'],
  ['visits-lengths', 'normal', `${app}/visits?show=lengths`, '.share-bar'],
  ['visits-retention', 'normal', `${app}/visits?show=retention&range=30d`, '.heat'],
  ['visits-retention-none', 'normal', `${app}/visits?show=retention&range=today&by=week&level=1`, '.notice'],
  ['visits-pages', 'normal', `${app}/visits?show=pages&sort=exitpage_pv`, 'table'],
  ['visits-pages-no-match', 'normal', `${app}/visits?show=pages&search=nothing`, '.notice'],
  ['visits-page', 'normal', `${app}/visits?show=pages&of=pages/product/detail`, '.share-bar'],
  ['visits-page-unseen', 'normal', `${app}/visits?show=pages&of=pages/gone`, '.notice'],
  ['list', 'normal', `${app}/interfaces`, 'table'],
  [
    'list-custom-range',
    'normal',
    `${app}/interfaces?from=2026-03-01&to=2026-03-09&sort=successRate&order=asc`,
    '.ant-picker',
  ],
  ['list-silent', 'silent', `${app}/interfaces`, '.notice'],
  ['list-no-match', 'normal', `${app}/interfaces?search=nothing`, '.notice'],
  ['list-loading', 'slow', `${app}/interfaces`, '.panel .loading'],
  ['list-failing', 'failing', `${app}/interfaces`, '.notice-error'],
  ['forbidden', 'forbidden', '/', '.notice-error'],
  ['detail', 'normal', `${app}/interfaces/requestPayment`, '.chart-place svg'],
  ['detail-table', 'normal', `${app}/interfaces/requestPayment?range=30d&view=table&outcome=fail`, '.trend-table td'],
  ['detail-fitted', 'normal', `${app}/interfaces/login?range=today&scale=fitted`, '.chart-place svg'],
  ['detail-empty', 'normal', `${app}/interfaces/neverCalled`, '.notice'],
  ['detail-no-records', 'normal', `${app}/interfaces/scanCode?user=nobody`, '.panel .notice'],
  ['push', 'normal', `${app}/push`, '.chart-place svg'],
  ['push-table', 'normal', `${app}/push?range=30d&view=table&show=failed`, '.trend-table td'],
  [
    'push-filtered',
    'normal',
    `${app}/push?range=24h&show=slowest&outcome=invalid_response&reason=not_swapped`,
    '.table-scroll .timing',
  ],
  ['push-no-match', 'normal', `${app}/push?view=table&host=nowhere.example`, '#deliveries .notice'],
  ['push-message', 'normal', `${app}/push?view=table&message=${RETRIED_MESSAGE}`, 'dialog .attempts'],
  ['push-message-gone', 'normal', `${app}/push?view=table&message=00`, 'dialog .notice'],
  ['push-empty', 'silent', `${app}/push`, '.push-setup form'],
  ['push-loading', 'slow', `${app}/push`, '.loading'],
  ['push-failing', 'failing', `${app}/push`, '.notice-error'],
  ['push-settings', 'normal', `${app}/push/settings`, '.push-setup form'],
  ['push-settings-refused', 'viewer', `${app}/push/settings`, '.panel .notice'],
  ['requests', 'normal', `${app}/requests`, '.chart-place svg'],
  ['requests-no-match', 'normal', `${app}/requests?search=nothing&sort=httpErrors`, '.panel .notice'],
  ['requests-empty', 'silent', `${app}/requests`, '.notice'],
  ['requests-failing', 'failing', `${app}/requests`, '.notice-error'],
  ['request', 'normal', `${app}/requests/route?method=GET&host=api.shop.example&path=/cart&show=slowest`, '.stages'],
  ['request-empty', 'silent', `${app}/requests/route?method=GET&host=api.shop.example&path=/cart`, '.notice'],
  ['performance', 'normal', `${app}/performance?split=level`, '.chart-place svg'],
  ['performance-of-page', 'normal', `${app}/performance?range=today&onPage=pages/index/index`, '.stages'],
  ['performance-empty', 'silent', `${app}/performance`, '.notice'],
  ['performance-loading', 'slow', `${app}/performance`, '.loading'],
  ['errors', 'normal', `${app}/errors?state=any`, '.chart-place svg'],
  ['errors-no-match', 'normal', `${app}/errors?search=nothing`, '.panel .notice'],
  ['errors-empty', 'silent', `${app}/errors`, '.notice'],
  ['errors-failing', 'failing', `${app}/errors`, '.notice-error'],
  ['issue', 'normal', `${app}/errors/7f3a91c2`, '.samples'],
  ['issue-gone', 'silent', `${app}/errors/7f3a91c2`, '.notice'],
  ['live', 'normal', `${app}/live`, '.chart-place svg'],
  ['live-filtered', 'normal', `${app}/live?kind=error&version=2.14.0`, '.live-events td'],
  ['live-quiet', 'silent', `${app}/live`, '.panel .notice'],
  ['live-loading', 'slow', `${app}/live`, '.loading'],
  ['live-failing', 'failing', `${app}/live`, '.notice-error'],
  ['users', 'normal', `${app}/users`, 'tbody td'],
  ['users-having', 'normal', `${app}/users?range=24h&platform=ios&having=failures`, 'tbody td'],
  ['users-having-none', 'silent', `${app}/users?having=errors`, '.panel .notice'],
  ['users-nobody', 'normal', `${app}/users?who=nobody`, '.panel .notice'],
  ['users-empty', 'silent', `${app}/users`, '.panel .notice'],
  ['users-loading', 'slow', `${app}/users`, '.loading'],
  ['users-failing', 'failing', `${app}/users`, '.notice-error'],
  ['user', 'normal', `${app}/users/${FAKE_USER}`, 'tbody td'],
  ['user-unknown', 'normal', `${app}/users/nobody`, '.notice-error'],
  ['session', 'normal', `${app}/sessions/fakesession00003`, '.time-line td'],
  ['session-failures', 'normal', `${app}/sessions/fakesession00003?show=failures`, '.time-line td'],
  ['session-unknown', 'normal', `${app}/sessions/nothing`, '.notice-error'],
  ['nowhere', 'normal', NOWHERE, '.notice'],
];

const require = createRequire(import.meta.url);

// A machine that is busy elsewhere draws slowly; nothing here is about speed.
vi.setConfig({ testTimeout: 90_000 });

let folder: string;
let server: PreviewServer;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minilens-screens-'));
  const root = fileURLToPath(new URL('../..', import.meta.url));
  // In a process of its own: the test runner's NODE_ENV would build React for development.
  const vite = [
    join(dirname(require.resolve('vite/package.json')), 'bin/vite.js'),
    'build',
    '--logLevel',
    'error',
    '--outDir',
    folder,
    '--emptyOutDir',
  ];
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, vite, { cwd: root, env });
  await copyFile(require.resolve('axe-core/axe.min.js'), join(folder, AXE));
  // Files do not change meanwhile, so they are asked for once.
  const headers = { 'content-security-policy': POLICY, 'cache-control': 'max-age=3600' };
  server = await preview({
    root,
    build: { outDir: folder },
    plugins: [fakeApi()],
    preview: { host: '127.0.0.1', port: 0, headers },
  });
  origin = server.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? '';
  browser = await chromium.launch({
    executablePath: findChromium() ?? 'chromium',
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', NEVER_OPTIMISE],
  });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('in a wide light window and on a dark phone, without a complaint of axe or the browser', () => {
  test.each(SCREENS)('%s', async (name, scenario, address, isThere) => {
    await onNextPage(scenario, async (page) => {
      const complaints = listen(page);
      await turnTo(page, address);
      const shown = page.locator(isThere).first();
      await (scenario === 'failing' ? hurryUntil(page, shown) : shown.waitFor());
      await expectSound(page, `${name}-wide`);

      await page.setViewportSize(PHONE);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.locator('html[data-theme=dark]').waitFor();
      await expectSound(page, `${name}-phone`);
      // Chromium notes every refused question; those are what the scenario is about.
      expect(complaints.filter((text) => !text.includes('the server responded with a status'))).toEqual([]);
    });
  });
});

test('a first visit to the list stays small and leaves the charts out', async () => {
  await onFirstPage('normal', async (page) => {
    const scripts = new Map<string, Promise<Buffer>>();
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) scripts.set(response.url(), response.body());
    });
    await page.goto(`${origin}${app}/interfaces`);
    await page.locator('table').waitFor();
    const sizes = await Promise.all([...scripts.values()].map(async (body) => gzipSync(await body).length));
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
    console.info(`first visit: ${Math.round(total / 1024)} KB of script (gzip) in ${sizes.length} files`);
    expect(total).toBeLessThan(FIRST_VISIT_BYTES);
    expect([...scripts.keys()].filter((url) => url.includes('chart'))).toEqual([]);
  });
});

test('the overview stands without Ant Design', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/overview`);
    await page.locator('.chart-place svg').first().waitFor();
    expect(await page.locator('[class*=ant-]').count()).toBe(0);
    await page.getByRole('button', { name: /Filter$/ }).click();
    await page.getByRole('combobox', { name: 'App version' }).waitFor();
    expect(await page.locator('[class*=ant-]').count()).toBeGreaterThan(0);
  });
});

test('the overview asks what it shows before its code is there, and only once', async () => {
  await onFirstPage('normal', async (page) => {
    const asked: string[] = [];
    page.on('request', (sent) => {
      const { pathname } = new URL(sent.url());
      if (pathname.startsWith('/api/')) asked.push(pathname.replace(`/api/v1${app}`, ''));
    });
    let arrive = () => {};
    const code = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await page.route('**/dashboard-*.js', (route) => code.then(() => route.continue()));
    await page.goto(`${origin}${app}/overview?range=30d&platform=ios`, { waitUntil: 'commit' });
    const all = ['/api/v1/me', '/questions', '/questions', '', '/api/v1/metrics'];
    await expect.poll(() => asked).toEqual(all);
    expect(await page.locator('#root > *').count()).toBe(0);
    arrive();
    await page.locator('.chart-place svg').first().waitFor();
    expect(asked).toEqual(all);
  });
});

test('filters are chosen in the popup that they open in, which stays until Escape', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/overview`);
    await page.getByRole('button', { name: /Filter$/ }).click();
    await page.getByRole('combobox', { name: 'Platform' }).click();
    await expectSound(page, 'filters-wide');
    await page.locator('.ant-select-item-option', { hasText: 'ios' }).click();
    await page.waitForURL(/platform=ios$/);
    await page.locator('.ant-select-item-option', { hasText: 'android' }).click();
    await page.waitForURL((url) => url.searchParams.get('platform') === 'ios,android');
    expect(await page.getByRole('combobox', { name: 'App version' }).isVisible()).toBe(true);
    await page.getByRole('button', { name: /Filter$/ }).press('Escape');
    await page.locator('.filter-choice').waitFor({ state: 'detached' });
  });
});

test('menus are worked with the keyboard and give the focus back', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/overview`);
    const focused = () => page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent);
    const theme = page.getByRole('button', { name: 'Theme: Follow system' });
    await theme.press('Enter');
    const menu = page.locator('.menu:popover-open');
    expect(await menu.getByRole('button', { pressed: true }).textContent()).toContain('Follow system');
    await expectSound(page, 'menu-theme-wide');
    for (const _ of ['Follow system', 'Light', 'Dark']) await page.keyboard.press('Tab');
    expect(await focused()).toContain('Dark');
    await page.keyboard.press('Enter');
    await page.locator('html[data-theme=dark]').waitFor();
    await menu.waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('Theme: Dark');

    await page.getByRole('button', { name: /^Account/ }).press('Enter');
    await page.keyboard.press('Tab');
    expect(await focused()).toContain('My account');
    await expectSound(page, 'menu-account-wide');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toContain('Account');

    await page.setViewportSize(PHONE);
    await page.getByRole('button', { name: /^App/ }).click();
    await expectSound(page, 'menu-apps-phone');
    await menu.getByRole('link', { name: 'Add an app' }).click();
    await page.waitForURL(/apps.new$/);
    expect(await menu.count()).toBe(0);
  });
});

test('what a name means is said to the mouse and the keyboard, inside the window, until Escape', async () => {
  await onPage('normal', async (page) => {
    await page.setViewportSize(PHONE);
    await page.goto(`${origin}${app}/overview`);
    const meaning = page.getByRole('tooltip');
    const last = page.getByRole('table', { name: 'Interfaces' }).getByRole('button').last();
    for (const name of [page.locator('.explained').first(), last]) {
      await name.focus();
      await expectSound(page, 'meaning-phone');
      const { x, width } = (await meaning.boundingBox()) ?? { x: -1, width: 0 };
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(PHONE.width);
      expect(await name.getAttribute('aria-describedby')).toBe(await meaning.getAttribute('id'));
      await page.keyboard.press('Escape');
      expect(await meaning.count()).toBe(0);
    }
    await last.hover();
    await meaning.hover();
    expect(await meaning.count()).toBe(1);
    await page.getByRole('heading').first().hover();
    expect(await meaning.count()).toBe(0);
  });
});

test('an address brings back the screen, and every change goes into the address', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/interfaces?range=30d&search=o&sort=errors`);
    const table = page.getByRole('table', { name: 'Interfaces' });
    await table.waitFor();
    expect(await page.getByRole('searchbox', { name: 'Search by name' }).inputValue()).toBe('o');
    expect(await page.getByRole('columnheader', { name: 'Errors' }).getAttribute('aria-sort')).toBe('descending');
    expect(await page.getByRole('radio', { name: 'Last 30 days' }).isChecked()).toBe(true);

    await table.getByRole('button', { name: 'P95 ms' }).press('Enter');
    await page.waitForURL(/sort=durationP95Ms/);
    await page.getByText('Yesterday').click();
    await page.waitForURL(/range=yesterday/);
    await page.getByRole('searchbox', { name: 'Search by name' }).fill('pay');
    await page.waitForURL(/search=pay/);
    await table.getByRole('link', { name: 'requestPayment' }).click();
    await page.getByRole('heading', { name: 'requestPayment' }).waitFor();
    expect(new URL(page.url()).search).toBe('?range=yesterday');

    await page.getByRole('button', { name: 'Next page' }).click();
    await page.waitForURL(/page=2/);
    await page.getByRole('searchbox', { name: 'User id' }).fill('nobody');
    await page.getByText('No record matches').waitFor();
    expect(new URL(page.url()).search).toBe('?range=yesterday&user=nobody');
  });
});

test('parts of the visits and the details of a page have addresses, and the range goes along', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/visits?range=30d`);
    const parts = page.getByRole('navigation', { name: 'Parts of this screen' });
    await parts.getByRole('link', { name: 'Retention' }).click();
    await page.getByText('Week', { exact: true }).click();
    await page.getByText('New users', { exact: true }).click();
    await page.waitForURL((url) => url.search === '?range=30d&show=retention&by=week&who=new');
    await page.getByRole('columnheader', { name: 'Week 1' }).waitFor();

    await parts.getByRole('link', { name: 'Pages' }).click();
    const table = page.getByRole('table', { name: 'Pages' });
    await table.getByRole('button', { name: 'Exits' }).press('Enter');
    await page.waitForURL(/sort=exitpage_pv/);
    expect(await table.getByRole('columnheader', { name: 'Exits' }).getAttribute('aria-sort')).toBe('descending');
    await page.getByRole('searchbox', { name: 'Search by path' }).fill('cart');
    await page.waitForURL(/search=cart/);
    await table.getByRole('link', { name: 'pages/cart/cart' }).click();
    await page.getByRole('heading', { name: 'pages/cart/cart' }).waitFor();

    const after = page.getByRole('table', { name: 'Seen right after' });
    expect(await after.getByRole('rowheader').first().textContent()).toBe('The session ended here');
    await after.getByRole('link', { name: 'pages/index/index' }).click();
    await page.getByRole('heading', { name: 'pages/index/index' }).waitFor();
    expect(new URL(page.url()).searchParams.get('range')).toBe('30d');
  });
});

test('a kind of failure leads to its deliveries, and one of them to every attempt of its message', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/push?range=24h&view=table&host=api.corner-shop.example`);
    await page.getByRole('region', { name: 'How deliveries failed' }).getByRole('link', { name: 'No answer' }).click();
    await page.waitForURL(/outcome=request_timeout/);
    expect(new URL(page.url()).search).toBe('?range=24h&view=table&outcome=request_timeout');
    const deliveries = page.getByRole('table', { name: 'Deliveries' });
    await expect
      .poll(() => deliveries.locator('.outcome').allTextContents())
      .toEqual(Array(20).fill('No answer in time'));
    expect(await deliveries.evaluate((table) => table.getBoundingClientRect().top < innerHeight)).toBe(true);

    const first = deliveries.getByRole('link').first();
    await first.focus();
    await first.press('Enter');
    const sheet = page.getByRole('dialog', { name: 'Message' });
    await sheet.getByRole('listitem').nth(2).waitFor();
    expect(await sheet.locator('.attempts b').allTextContents()).toEqual(['Attempt 1', 'Attempt 2', 'Attempt 3']);
    expect(await sheet.locator('.timing').first().getAttribute('aria-label')).toMatch(/^(Waiting|DNS).* ms$/);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?range=24h&view=table&outcome=request_timeout');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toContain('Attempts of');

    await page.getByText('Slowest', { exact: true }).click();
    await page.waitForURL(/show=slowest/);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForURL((url) => url.search === '?range=24h&view=table&show=slowest');
    await page.reload();
    expect(await page.getByRole('radio', { name: 'Slowest' }).isChecked()).toBe(true);
  });
});

test('a route is found by its words and shows its single requests, each of which opens its session', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/requests?range=24h&platform=ios`);
    const table = page.getByRole('table', { name: 'Requests by route' });
    await table.waitFor();
    await table.getByRole('button', { name: 'httpErrors' }).press('Enter');
    await page.waitForURL(/sort=httpErrors/);
    await page.getByRole('searchbox', { name: 'Search method, host, path' }).fill('post /cart cdn');
    await expect.poll(() => table.locator('tbody tr').count()).toBe(1);
    await table.getByRole('link', { name: 'POST cdn.shop.example/cart' }).click();
    await page.waitForURL(/requests.route/);
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      ...{ range: '24h', platform: 'ios' },
      ...{ method: 'POST', host: 'cdn.shop.example', path: '/cart' },
    });

    const [asked] = await Promise.all([
      page.waitForRequest((sent) => sent.url().includes('sort=durationMs')),
      page.getByText('Slowest', { exact: true }).click(),
    ]);
    expect(Object.fromEntries(new URL(asked.url()).searchParams)).toMatchObject({
      ...{ kind: 'request', platform: 'ios' },
      ...{ method: 'POST', host: 'cdn.shop.example', path: '/cart' },
    });
    await page.waitForURL(/show=slowest/);
    const single = page.getByRole('table', { name: 'Single requests' });
    expect(await single.getByRole('link').first().getAttribute('href')).toMatch(/\/sessions\/s\d+$/);
  });
});

test('an issue is resolved in the newest version that has it, and whoever may not say so is told', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/errors`);
    const issues = page.getByRole('table', { name: 'Issues' });
    await issues.waitFor();
    // The issues that are resolved or ignored are not among the open ones.
    expect(await issues.locator('.outcome').count()).toBe(0);
    await issues.getByRole('link').first().click();
    await page.locator('.samples').waitFor();
    const judge = () => page.getByRole('button', { name: 'Resolve in 2.14.0' });
    const [request] = await Promise.all([page.waitForRequest((sent) => sent.method() === 'PUT'), judge().click()]);
    expect(request.url()).toMatch(/\/issues\/7f3a91c2$/);
    expect(request.postDataJSON()).toEqual({ state: 'resolved', version: '2.14.0' });

    await goThrough(page.context(), 'viewer');
    await judge().click();
    await page.getByText('Only editors and owners').waitFor();
  });
});

test('range and filters go along from the overview to an issue, and from sessions that failed to a user and back', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/overview?range=24h&platform=ios`);
    await page.getByRole('table', { name: 'JavaScript errors' }).getByRole('link').first().click();
    await page.waitForURL(/errors\/\w+\?range=24h&platform=ios$/);

    await page.goto(`${origin}${app}/users?range=24h&platform=ios&page=2`);
    const found = page.getByRole('table', { name: 'Sessions' });
    await found.waitFor();
    await page.getByRole('combobox', { name: 'What went wrong' }).click();
    const [asked] = await Promise.all([
      page.waitForRequest((sent) => sent.url().includes('having=')),
      page.getByTitle('With any failure').click(),
    ]);
    expect(new URL(asked.url()).searchParams.get('having')).toBe('failedCalls,failedRequests,errors');
    await page.waitForURL((url) => url.search === '?range=24h&platform=ios&having=failures');
    await found.locator('td:nth-child(2) a').first().click();
    await page.waitForURL((url) => /users.fakeuser/.test(url.pathname) && url.search === '?range=24h&platform=ios');
    await page.getByRole('link', { name: '← Users' }).click();
    await page.waitForURL((url) => url.pathname.endsWith('/users') && url.search === '?range=24h&platform=ios');
  });
});

test('with one release there is no change to show, also while the server does not answer', async () => {
  await onFirstPage('normal', async (page) => {
    let isAway = false;
    await page.route('**/questions', async (route) => {
      if (!('whole' in route.request().postDataJSON().questions)) return route.continue();
      if (isAway) return route.fulfill({ status: 422, json: { code: 'X', message: 'x', retry: false } });
      const response = await route.fetch();
      const { answers } = (await response.json()) as Answers;
      for (const { releases } of Object.values(answers)) releases?.splice(1);
      return route.fulfill({ response, json: { answers } });
    });
    await page.clock.install();
    await page.goto(`${origin}${app}/overview`);
    await page.getByRole('table', { name: 'Interfaces' }).waitFor();
    isAway = true;
    const refused = page.waitForResponse((response) => response.status() === 422);
    await page.clock.fastForward(60_000);
    await refused;
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
    expect(await page.getByText('What changed most').count()).toBe(0);
  });
});

test('a page whose charts an update has taken away is loaded anew', async () => {
  await onFirstPage('normal', async (page) => {
    const thrown: Error[] = [];
    page.on('pageerror', (error) => thrown.push(error));
    let loads = 0;
    page.on('request', (request) => {
      if (request.isNavigationRequest()) loads += 1;
    });
    await page.route('**/series-chart*', (route) => (loads === 1 ? route.abort() : route.continue()));
    await page.goto(`${origin}${app}/overview`);
    await page.locator('.chart-place svg').first().waitFor();
    expect(loads).toBe(2);
    expect(thrown).toEqual([]);
  });
});

test('whoever signs in where a session has ended sees nothing of who was there before', async () => {
  await onFirstPage('normal', async (page) => {
    await page.clock.install();
    await page.goto(`${origin}${app}/interfaces`);
    await page.locator('table').waitFor();
    await goThrough(page.context(), 'signed-out');
    await page.getByRole('link', { name: 'Requests' }).click();
    await page.waitForURL(/login/);
    await goThrough(page.context(), 'failing');
    await page.locator('#login').fill('mei');
    await page.locator('#password').fill('tea in the afternoon');
    await page.locator('#password').press('Enter');
    await page.waitForURL(/requests$/);
    await page.getByRole('link', { name: 'Interfaces' }).click();
    await page.waitForURL(/interfaces/);
    await hurryUntil(page, page.locator('main :is(table, .notice-error)').first());
    expect(await page.locator('main table').count()).toBe(0);
  });
});

test('the numbers behind a chart are saved as a file, oldest first', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/interfaces/requestPayment?view=table`);
    const trend = page.getByRole('region', { name: 'Trend' });
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      trend.getByRole('button', { name: 'CSV' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('requestPayment · Trend.csv');
    const saved = await readFile(await file.path(), 'utf8');
    const [titles, ...rows] = saved.trim().split('\r\n');
    expect(titles).toBe('Time,Calls,Successes,Errors,Cancels,Unknown,Success rate');
    const shown = await trend.locator('tbody th').allTextContents();
    expect(rows).toHaveLength(shown.length);
    expect(rows[0]).toContain(shown.at(-1));
  });
});

test('somebody is found by openid, and a session of theirs unfolds what went wrong in it', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/users?range=24h`);
    await page.getByRole('searchbox', { name: 'User id or openid' }).fill(FAKE_OPENID);
    await page.waitForURL(/who=oFake/);
    const found = page.getByRole('table', { name: 'Sessions' });
    await expect
      .poll(async () => new Set(await found.locator('td:nth-child(2)').allTextContents()))
      .toEqual(new Set([FAKE_USER]));

    await page.goto(`${origin}${app}/users/${FAKE_USER}`);
    await page.getByText(FAKE_OPENID).first().waitFor();
    await found.getByRole('link').first().click();
    await page.getByText('Events that never arrived: 2.').waitFor();
    await page.getByText('Numbers that are not here: 9–10.').waitFor();
    await page.getByText('Failures', { exact: true }).click();
    await page.waitForURL(/show=failures/);
    const line = page.getByRole('table', { name: 'Time line' });
    await expect
      .poll(() => line.locator('.outcome').allTextContents())
      .toEqual(['HTTP error 502', 'Failure', 'JS error']);
    await line.getByRole('button', { name: 'Show the whole row' }).last().press('Enter');
    await page.getByText('at confirm (pages/order/confirm.js:42:17)').waitFor();
    await expectSound(page, 'session-unfolded-wide');
    await page.setViewportSize(PHONE);
    await expectSound(page, 'session-unfolded-phone');
  });
});

test('events arrive by themselves and are marked, until they are told to wait', async () => {
  await onFirstPage('normal', async (page) => {
    await page.clock.install();
    await page.goto(`${origin}${app}/live`);
    await hurryUntil(page, page.locator('.new-mark').first());
    await expectSound(page, 'live-arriving-wide');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText(/^Paused at/).waitFor();
    let isAsked = false;
    page.on('request', (sent) => {
      isAsked ||= sent.url().includes('/live?');
    });
    await page.getByRole('combobox', { name: 'Kind of event' }).click();
    await page.getByTitle('JS error', { exact: true }).click();
    await page.waitForURL(/kind=error/);
    await expect.poll(() => isAsked).toBe(true);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText(/^As of/).waitFor();
  });
});

test('settings say that a secret is set and never which, and send what was changed', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/push`);
    await page.locator('.settings-link').click();
    await page.getByText('https://lens.example.com/push/').waitFor();
    const key = page.getByLabel('EncodingAESKey', { exact: true });
    expect([await key.inputValue(), await key.getAttribute('placeholder')]).toEqual([
      '',
      'Set. Leave empty to keep it',
    ]);

    const save = page.getByRole('button', { name: 'Save' });
    await key.fill('too short');
    await save.click();
    await page.getByText('43 letters and digits').waitFor();
    await key.fill(`  ${'A'.repeat(43)} `);
    await page.getByLabel('Remove Token').check();
    await page.getByLabel('Your server').fill('https://lens.example.com/push/x');
    await save.click();
    await page.getByText('upstream is this server itself').waitFor();

    await page.getByLabel('Your server').fill('https://api.corner-shop.example/wechat');
    const [request] = await Promise.all([page.waitForRequest((sent) => sent.method() === 'PUT'), save.click()]);
    expect(request.postDataJSON()).toEqual({
      upstream: 'https://api.corner-shop.example/wechat',
      mode: 'safe',
      format: 'xml',
      token: null,
      encodingAesKey: 'A'.repeat(43),
      coverLate: false,
      keepContent: false,
    });
    await page.getByText('Saved.').waitFor();
    expect(await key.inputValue()).toBe('');
  });
});

test('adding an app shows its secret once, with the snippet filled in', async () => {
  await onPage('no-apps', async (page) => {
    await page.goto(origin);
    await page.getByLabel('AppID').fill('wx00000000000000zz');
    await page.getByRole('button', { name: 'Add app' }).click();
    await page.getByText('wx and 16 characters').waitFor();
    await page.getByLabel('AppID').fill(FAKE_APP);
    await page.getByRole('button', { name: 'Add app' }).click();
    await page.getByText('This app is on this server already.').waitFor();
    await page.getByLabel('AppID').fill('wx1111111111111111');
    await page.getByLabel('Name (optional)').fill('Tea house');
    await page.getByRole('button', { name: 'Add app' }).click();
    await page.getByRole('heading', { name: 'Tea house is added' }).waitFor();
    await page.getByText('Shown only now').waitFor();
    await page.getByText("key: 'k_7Qw2mZr9'").waitFor();
    await page.getByText('Waiting for the first event').waitFor();
    await expectSound(page, 'created-app-wide');
    await page.setViewportSize(PHONE);
    await expectSound(page, 'created-app-phone');
  });
});

test('a new secret is asked for twice, told once, and the old one has the time that was chosen', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/settings/keys`);
    await page.getByRole('region', { name: 'App secret' }).getByRole('link').click();
    const panel = page.getByRole('region', { name: 'App secret', exact: true });
    await panel.getByText('30 days').click();
    await panel.getByRole('button', { name: 'Make a new secret' }).click();
    await panel.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Make a new secret');
    await panel.getByRole('button', { name: 'Make a new secret' }).press('Enter');
    const confirm = page.getByRole('group', { name: /Replace the secret/ }).getByRole('button', { name: 'Make a new' });
    const [request] = await Promise.all([page.waitForRequest((sent) => sent.method() === 'POST'), confirm.click()]);
    expect(request.postDataJSON()).toEqual({ overlapSeconds: 30 * 86_400 });
    await page.getByRole('region', { name: 'New app secret' }).getByText('4be7120c9d3a').waitFor();
    await expectSound(page, 'settings-new-secret-wide');
  });
});

test('an app is called from the addresses that were entered, and from anywhere again', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/settings/wechat`);
    const panel = page.getByRole('region', { name: 'Where calls come from' });
    const save = panel.getByRole('button', { name: 'Save' });
    const isSent = () => page.waitForRequest((sent) => sent.method() === 'PUT');
    await panel.getByLabel('Addresses and networks').fill('api.shop.example,');
    await save.click();
    await panel.getByText('“api.shop.example” is no address and no network').waitFor();
    await panel.getByLabel('Addresses and networks').press('Backspace');
    await panel.getByLabel('Addresses and networks').fill('999.0.113.7,');
    await save.click();
    await panel.getByText('999.0.113.7 is no address and no network. (INVALID_REQUEST)').waitFor();
    await panel.getByLabel('Addresses and networks').press('Backspace');
    await panel.getByLabel('Addresses and networks').fill('198.51.100.7,');
    const [some] = await Promise.all([isSent(), save.click()]);
    expect(some.postDataJSON()).toEqual({ addresses: ['203.0.113.0/24', '2001:db8::/32', '198.51.100.7'] });
    await panel.getByText('Saved.').waitFor();
    await panel.getByText('Anywhere').click();
    const [any] = await Promise.all([isSent(), save.click()]);
    expect(any.postDataJSON()).toEqual({ addresses: null });
  });
});

test('missing keys are made with secrets that are told once, and a private key is not sent', async () => {
  await onPage('silent', async (page) => {
    const posts: unknown[] = [];
    page.on('request', (sent) => sent.method() === 'POST' && posts.push(sent.postDataJSON()));
    await page.goto(`${origin}${app}/settings/wechat`);
    const panel = page.getByRole('region', { name: 'Signature and encryption' });
    await panel.getByText('SM4_GCM').click();
    await panel.getByLabel('I have a key pair already').check();
    await panel.getByLabel('Public key (PEM)').fill('-----BEGIN PRIVATE KEY-----\nMII');
    await panel.getByRole('button', { name: 'Make keys' }).click();
    await panel.getByText('This is a private key').waitFor();
    expect(posts).toEqual([]);
    await panel.getByLabel('Public key (PEM)').fill(' -----BEGIN PUBLIC KEY-----\nMII ');
    await panel.getByLabel('Serial').fill('mine7');
    await page.setViewportSize(PHONE);
    await expectSound(page, 'settings-make-keys-phone');
    await goThrough(page.context(), 'normal');
    await panel.getByRole('button', { name: 'Make keys' }).click();
    await panel.getByRole('region', { name: 'New: Symmetric key', exact: true }).getByText('q83vEjRW').waitFor();
    expect(posts).toEqual([{ cipher: 'SM4_GCM', publicKey: '-----BEGIN PUBLIC KEY-----\nMII', serial: 'mine7' }]);
    await panel.getByRole('table', { name: 'Keys in force' }).waitFor();
    await expectSound(page, 'settings-made-keys-phone');
    await page.reload();
    await panel.getByRole('table', { name: 'Keys in force' }).waitFor();
    expect(await panel.getByText('q83vEjRW').count()).toBe(0);
  });
});

test('a key is replaced with the time that was chosen, ended at once, and the last certificate stays', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/settings/wechat`);
    const panel = page.getByRole('region', { name: 'Signature and encryption' });
    const isSent = (method: string) => page.waitForRequest((sent) => sent.method() === method);
    await panel.getByText('Required', { exact: true }).click();
    await panel.getByText('refused with 40231').waitFor();
    const [mode] = await Promise.all([isSent('PUT'), panel.getByRole('button', { name: 'Save' }).click()]);
    expect(mode.postDataJSON()).toEqual({ mode: 'required' });

    await panel.locator('form').getByText('Developer key').click();
    await panel.getByText('7 days').click();
    await panel.getByRole('button', { name: 'Replace a key' }).click();
    const confirm = panel
      .getByRole('group', { name: /Replace the key/ })
      .getByRole('button', { name: 'Replace a key' });
    const [rotation] = await Promise.all([isSent('POST'), confirm.click()]);
    expect(rotation.postDataJSON()).toEqual({ kind: 'developer', overlapHours: 168 });
    await panel
      .getByRole('region', { name: 'New: Developer key', exact: true })
      .getByText('BEGIN PRIVATE KEY')
      .waitFor();
    await expectSound(page, 'settings-replaced-key-wide');

    const end = async (name: RegExp) => {
      await panel.getByRole('button', { name }).click();
      const group = panel.getByRole('group', { name: /End it now/ });
      const [request] = await Promise.all([isSent('POST'), group.getByRole('button', { name: 'End' }).click()]);
      return request.postDataJSON();
    };
    expect(await end(/^End Platform certificate/)).toEqual({ serial: expect.stringMatching(/^platform90/) });
    await panel.getByText('Replace it first, then end it.').waitFor();
    expect(await end(/^End Cloud call/)).toEqual({ serial: expect.stringMatching(/^cloud30/) });
    await panel.getByRole('button', { name: /^End Cloud call/ }).waitFor({ state: 'detached' });
    // What was chosen to be replaced is gone.
    await panel.locator('form').getByText('Developer key').click();
    await end(/^End Developer key/);
    await panel.getByText('A key is missing').waitFor();
    expect(await panel.getByRole('radio', { name: 'Symmetric key' }).isChecked()).toBe(true);
    await panel.getByRole('button', { name: 'Show the whole row' }).last().press('Enter');
    await panel.getByText('BEGIN PUBLIC KEY').waitFor();
  });
});

test('agents are told to watch other interfaces and shares of everything, and a name that is none is refused', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/settings/agents`);
    const panel = page.getByRole('region', { name: 'Remote configuration' });
    await panel.getByText('Sessions 50.00% · Requests 7.00%').waitFor();
    await panel.getByRole('button', { name: 'Change' }).click();
    await panel.getByLabel('Names').fill('wx.login,');
    await panel.getByLabel('Requests', { exact: true }).fill('');
    await panel.getByLabel('Calls', { exact: true }).fill('12.5');
    await expectSound(page, 'settings-agents-form-wide');
    await panel.getByLabel('Names').fill('scan code!,');
    await panel.getByText('“code!” is no name of an interface').waitFor();
    await panel.getByLabel('Names').press('Backspace');
    await panel.getByLabel('Names').press('Backspace');
    const [request] = await Promise.all([
      page.waitForRequest((sent) => sent.method() === 'PUT'),
      panel.getByRole('button', { name: 'Save' }).click(),
    ]);
    expect(request.postDataJSON()).toEqual({
      hookApis: ['requestPayment', 'scanCode', 'cloud.callFunction', 'login'],
      sampling: { session: 0.5, call: 0.125 },
    });
    await panel.getByText('Sessions 50.00% · Calls 12.50%').waitFor();

    await panel.getByRole('button', { name: 'Change' }).click();
    await panel.getByLabel('Names').fill('nothing,');
    await panel.getByText('Switch all agents off').click();
    await panel.getByText('Nothing more will arrive').waitFor();
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.getByText('/hookApis/0 names nothing that can be watched').waitFor();
    await page.setViewportSize(PHONE);
    await expectSound(page, 'settings-agents-form-phone');
  });
});

test('a user is erased only when the id is typed twice', async () => {
  await onPage('normal', async (page) => {
    const posts: unknown[] = [];
    page.on('request', (sent) => sent.method() === 'POST' && posts.push(sent.postDataJSON()));
    await page.goto(`${origin}${app}/settings/data`);
    await page.getByLabel('openid').check();
    await page.getByRole('textbox', { name: 'openid' }).fill(' o-lin ');
    await page.getByLabel('The same again').fill('o-mei');
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText('The two differ').waitFor();
    expect(posts).toEqual([]);
    await page.getByLabel('The same again').fill('o-lin');
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText('Erased. Users: 1').waitFor();
    expect(posts).toEqual([{ openid: 'o-lin' }]);
  });
});

test('roles change at once, the last owner stays, and an invitation shows its link once', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/settings/members`);
    await page.getByRole('combobox', { name: 'Role of lin' }).click();
    await page.locator('.ant-select-item-option', { hasText: 'Viewer' }).click();
    await page.getByText('This is the last owner').waitFor();
    await page.locator('.ant-radio-group').getByText('Editor').click();
    await page.getByRole('button', { name: 'Make an invitation link' }).click();
    await page.getByText(`${origin}/invitation#V1StGXR8_Z5jdHi6B-myT`).waitFor();
    await expectSound(page, 'settings-invited-wide');
  });
});

test('a second factor is turned on with a code, and gives recovery codes once', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}/account/second-factor`);
    await page.getByLabel('Current password').fill('right password');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    await expectSound(page, 'account-factor-qr-wide');
    await page.setViewportSize(PHONE);
    await expectSound(page, 'account-factor-qr-phone');
    await page.getByLabel('Code', { exact: true }).fill('000000');
    await page.getByRole('button', { name: 'Turn it on' }).click();
    await page.getByText('This code is wrong').waitFor();
    await goThrough(page.context(), 'second-factor');
    await page.getByLabel('Code', { exact: true }).fill('123456');
    await page.getByRole('button', { name: 'Turn it on' }).click();
    await page.getByText('h7kq-2mzr').waitFor();
    await page.getByText('The second factor is on').waitFor();
    await page.reload();
    await page.getByText('The second factor is on').waitFor();
    expect(await page.getByText('h7kq-2mzr').count()).toBe(0);
  });
});

test('signing in with a second factor asks for the code in a second step', async () => {
  await onPage('signed-out', async (page) => {
    await page.goto(`${origin}/login?to=/account/tokens`);
    await page.getByLabel('Login').fill('lin');
    await page.getByLabel('Password').fill('with a code');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Enter your code' }).waitFor();
    await expectSound(page, 'login-code-wide');
    await page.getByLabel('Code', { exact: true }).fill('999999');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('This code is wrong').waitFor();
    await goThrough(page.context(), 'normal');
    await page.getByLabel('Code', { exact: true }).fill('123456');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'API tokens', level: 1 }).waitFor();
  });
});

test('an API token is told once, for all apps where none is chosen', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}/account/tokens`);
    await page.getByLabel('Name').fill('Nightly');
    await page.getByLabel('Works for').fill('30');
    const [request] = await Promise.all([
      page.waitForRequest((sent) => sent.method() === 'POST'),
      page.getByRole('button', { name: 'Make token' }).click(),
    ]);
    expect(request.postDataJSON()).toEqual({ name: 'Nightly', scopes: ['read:reports'], apps: null, days: 30 });
    await page.getByText('mlt_4vJ8tqWnYb2XcR6sLdK9fHgP3zMa7eUo').waitFor();
    await expectSound(page, 'account-new-token-wide');
  });
});

test('whoever is invited makes an account under a name that is free', async () => {
  await onPage('signed-out', async (page) => {
    await page.goto(`${origin}/invitation#open`);
    await page.getByText('To the app Corner Shop, as: Editor.').waitFor();
    await page.getByLabel('Login').fill('lin');
    await page.getByLabel('Password', { exact: true }).fill('a long password');
    await page.getByLabel('Password again').fill('a long password');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('Somebody is called that already').waitFor();
    await goThrough(page.context(), 'normal');
    await page.getByLabel('Login').fill('mei');
    const [request] = await Promise.all([
      page.waitForRequest((sent) => sent.url().endsWith('/accept')),
      page.getByRole('button', { name: 'Create account' }).click(),
    ]);
    expect(request.postDataJSON()).toEqual({ token: 'open', login: 'mei', password: 'a long password' });
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
  });
});

test('settings read in Chinese', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/settings/health`);
    await page.getByRole('button', { name: '中文' }).click();
    for (const name of ['keys', 'wechat', 'agents', 'health', 'data', 'members', 'audit']) {
      await turnOn(page, `${app}/settings/${name}`);
      await page.locator('.panel :is(table, form, .code)').first().waitFor();
      await expectSound(page, `settings-${name}-chinese-wide`);
    }
  });
});

test('on a phone the section that is open stands in sight', async () => {
  await onPage('normal', async (page) => {
    await page.setViewportSize(PHONE);
    await page.goto(`${origin}${app}/settings/audit`);
    const isInSight = (link: Element) => {
      const { left, right } = link.getBoundingClientRect();
      return left >= 0 && right <= innerWidth;
    };
    const open = page.getByRole('link', { name: 'Audit log' });
    await expect.poll(() => open.evaluate(isInSight)).toBe(true);
  });
});

test('signing in leads back to where one wanted to go, and a wrong password says so', async () => {
  await onPage('signed-out', async (page) => {
    await page.goto(`${origin}${app}/interfaces?range=today`);
    await page.getByLabel('Login').fill('lin');
    await page.getByLabel('Password').fill('wrong password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('The login or the password is wrong.').waitFor();
    await goThrough(page.context(), 'normal');
    await page.getByLabel('Password').fill('right password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('table', { name: 'Interfaces' }).waitFor();
    expect(new URL(page.url()).search).toBe('?range=today');
  });
});

test('a login that ends meanwhile leads to signing in, and from there back', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/interfaces`);
    await page.getByRole('table', { name: 'Interfaces' }).waitFor();
    await goThrough(page.context(), 'signed-out');
    await page.getByText('Yesterday').click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await goThrough(page.context(), 'normal');
    await page.getByLabel('Login').fill('lin');
    await page.getByLabel('Password').fill('right password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('table', { name: 'Interfaces' }).waitFor();
    expect(new URL(page.url()).search).toBe('?range=yesterday');
  });
});

test('language and theme change at once and stay', async () => {
  await onPage('normal', async (page) => {
    await page.goto(`${origin}${app}/interfaces`);
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('button', { name: /外观/ }).click();
    await page.getByText('深色').click();
    await page.reload();
    await page.getByRole('table', { name: '接口' }).waitFor();
    await expectSound(page, 'list-chinese-wide');
    await page.getByRole('link', { name: 'requestPayment' }).click();
    await page.locator('.chart-place svg').waitFor();
    await expectSound(page, 'detail-chinese-wide');
    await page.setViewportSize(PHONE);
    await expectSound(page, 'detail-chinese-phone');
    await turnOn(page, `${app}/visits?range=30d`);
    await page.locator('.chart-place svg').first().waitFor();
    await expectSound(page, 'visits-chinese-phone');
    await turnOn(page, `${app}/visits?show=sources`);
    await page.locator('.chart-place svg').first().waitFor();
    await expectSound(page, 'visits-sources-chinese-phone');
    await turnOn(page, `${app}/push`);
    await page.locator('.chart-place svg').waitFor();
    await expectSound(page, 'push-chinese-phone');
    await page.setViewportSize({ width: 1440, height: 900 });
    await expectSound(page, 'push-chinese-wide');
    await turnOn(page, `${app}/live`);
    await page.locator('.chart-place svg').first().waitFor();
    await expectSound(page, 'live-chinese-wide');
    await turnOn(page, `${app}/users`);
    await page.getByRole('table', { name: '会话' }).waitFor();
    await expectSound(page, 'users-chinese-wide');
    await turnOn(page, `${app}/sessions/fakesession00003`);
    await page.getByRole('table', { name: '时间线' }).waitFor();
    await expectSound(page, 'session-chinese-wide');
    await page.setViewportSize(PHONE);
    await expectSound(page, 'session-chinese-phone');
    const shown = () => [document.documentElement.lang, document.documentElement.dataset.theme];
    expect(await page.evaluate(shown)).toEqual(['zh-CN', 'dark']);
  });
});

/** What was loaded before need not be loaded again: this many screens would take minutes more. */
const contexts = new Map<Scenario, Promise<BrowserContext>>();
/** Pages that are turned from screen to screen. */
const readers = new Map<Scenario, Promise<Page>>();

/** The page of a reader who has seen others before, with nothing of the last one left on it. */
async function onNextPage(scenario: Scenario, look: (page: Page) => Promise<void>): Promise<void> {
  const opening = readers.get(scenario) ?? contextOf(scenario).then((context) => context.newPage());
  readers.set(scenario, opening);
  const page = await opening;
  try {
    await look(page);
    page.removeAllListeners();
    // Questions that are never answered hold all connections there are, so this reader begins anew.
    await (scenario === 'slow' ? page.goto('about:blank') : leave(page));
    await page.emulateMedia({ colorScheme: WIDE.colorScheme });
    await page.setViewportSize(WIDE.viewport);
  } catch (error) {
    readers.delete(scenario);
    await page.close();
    throw error;
  }
}

/** What says so, and stands nowhere else. */
const nothingHere = (page: Page) => page.locator('#root > div.page > .notice');

/** Takes the screen off the page, so that nothing of it is found on the next. */
async function leave(page: Page): Promise<void> {
  await turnTo(page, NOWHERE);
  await nothingHere(page).waitFor();
}

/** Loads the first screen; from there the dashboard goes on itself, as if a link had been clicked. */
async function turnTo(page: Page, address: string): Promise<void> {
  if (page.url() === 'about:blank') await page.goto(origin + address);
  else await page.evaluate((to) => history.pushState(null, '', to), address);
  if (address !== NOWHERE) await nothingHere(page).waitFor({ state: 'detached' });
}

/** The next screen, from any other. */
async function turnOn(page: Page, address: string): Promise<void> {
  await leave(page);
  await turnTo(page, address);
}

function contextOf(scenario: Scenario): Promise<BrowserContext> {
  const context = contexts.get(scenario) ?? openContext(scenario);
  contexts.set(scenario, context);
  return context;
}

async function openContext(scenario: Scenario): Promise<BrowserContext> {
  const context = await browser.newContext({ ...WIDE, reducedMotion: 'reduce' });
  await goThrough(context, scenario);
  if (scenario === 'failing') await context.clock.install();
  return context;
}

const goThrough = (context: BrowserContext, value: Scenario) =>
  context.addCookies([{ name: 'fake', value, url: origin }]);

/** Waits until it is shown, and passes over the pauses after which a question is asked again. */
async function hurryUntil(page: Page, shown: Locator): Promise<void> {
  const hurrying = setInterval(() => page.clock.fastForward(PAUSE_MS).catch(() => {}), HURRY_EVERY_MS);
  try {
    await shown.waitFor();
  } finally {
    clearInterval(hurrying);
  }
}

/** A page that was opened just now, by a reader who has chosen nothing yet. */
async function onPage(scenario: Scenario, look: (page: Page) => Promise<void>): Promise<void> {
  const context = await contextOf(scenario);
  const page = await context.newPage();
  try {
    await look(page);
  } finally {
    await page.evaluate(() => localStorage.clear());
    await page.close();
    await goThrough(context, scenario);
  }
}

/** A page in a browser that has loaded nothing yet, and has clocks of its own. */
async function onFirstPage(scenario: Scenario, look: (page: Page) => Promise<void>): Promise<void> {
  const context = await openContext(scenario);
  try {
    await look(await context.newPage());
  } finally {
    await context.close();
  }
}

async function expectSound(page: Page, name: string): Promise<void> {
  await keepPicture(page, name);
  expect(await overflow(page), 'pixels wider than the window').toBe(0);
  expect(await tablesWithoutFile(page), 'tables that cannot be saved').toEqual([]);
  expect(await strangeFields(page), 'fields of Ant Design without `AntDesign` around them').toEqual([]);
  expect(await accessibilityProblems(page)).toEqual([]);
}

function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const tablesWithoutFile = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('main table')]
      .filter((table) => {
        const buttons = [...(table.closest('section')?.querySelectorAll('button') ?? [])];
        return !buttons.some(({ textContent }) => textContent === 'CSV');
      })
      .map((table) => table.getAttribute('aria-label')),
  );

const strangeFields = (page: Page) =>
  page.evaluate(() => {
    const text = document.documentElement.style.getPropertyValue('--text');
    return [...document.querySelectorAll('[class*=css-var-]')]
      .filter((field) => getComputedStyle(field).getPropertyValue('--ant-color-text') !== text)
      .map(({ className }) => className);
  });

/** Served beside the screens: the policy allows no other script, and the browser keeps it compiled. */
const AXE = '/axe.min.js';
/** Inside a picture everything is presentational, and a chart has hundreds of shapes. What is in order is not listed. */
const RULES = `axe.run({ exclude: '.chart-place svg' }, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
  resultTypes: ['violations'],
}).then(({ violations }) => violations)`;

/** WCAG 2.1 A and AA, each with the elements that break it. */
async function accessibilityProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.addScriptTag({ url: AXE });
  const violations = await page.evaluate<AxeResults['violations']>(RULES);
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`).join(' | ')}`,
  );
}

/** `SCREENSHOTS=<folder> npx vitest run packages/web` keeps a picture of every screen. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const pictures = process.env.SCREENSHOTS;
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
