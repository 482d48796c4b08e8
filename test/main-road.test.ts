import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerInTest, startServerInTest } from './process/server-in-test.js';
import { launchChromium } from './runtimes/chromium.js';
import { openMiniProgram } from './runtimes/mini-program.js';
import { startWept, type Wept } from './runtimes/wept.js';
import { createCoWechatApi, createWechatApi } from './sdk/wechat-clients.js';

const APPID = 'wx00112233445566aa';
const PASSWORD = 'a long enough password';

const data = mkdtempSync(join(tmpdir(), 'minilens-road-'));
let server: ServerInTest;
let browser: Browser;
let dashboard: Page;
let wept: Wept | undefined;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServerInTest(data), launchChromium()]);
  dashboard = await browser.newPage({ locale: 'en-US', viewport: { width: 1280, height: 800 } });
});
afterAll(async () => {
  await browser?.close();
  await wept?.stop();
  await server?.close();
  rmSync(data, { recursive: true, force: true });
});

/** The cells of a table's rows, by the name in their first column. */
async function rowsOf(tableName: string): Promise<Record<string, string[]>> {
  const rows = await dashboard.getByRole('table', { name: tableName }).locator('tbody tr').all();
  const cells = await Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
  return Object.fromEntries(cells.map(([name, ...rest]) => [name?.trim(), rest.map((cell) => cell.trim())]));
}

test('a tap in a real Mini Program becomes a number on a page and in the WeChat API', {
  timeout: 120_000,
}, async () => {
  // The first visit: an account by the link from the terminal, an app, its secret and key.
  await dashboard.goto(server.url + server.setupPath);
  await dashboard.getByLabel('Login', { exact: true }).fill('owner');
  await dashboard.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await dashboard.getByLabel('Password again').fill(PASSWORD);
  await dashboard.getByRole('button', { name: 'Create account' }).click();
  await dashboard.getByLabel('AppID').fill(APPID);
  await dashboard.getByLabel('Name (optional)').fill('Tea shop');
  await dashboard.getByRole('button', { name: 'Add app' }).click();
  await dashboard.getByText('Shown only now').waitFor();
  await dashboard.getByText('Waiting for the first event').waitFor();
  const text = (await dashboard.locator('body').textContent()) ?? '';
  const secret = /[0-9a-f]{32}/.exec(text)?.[0] as string;
  const key = /key: '([^']+)'/.exec(text)?.[1] as string;
  expect(text).toContain(`endpoint: '${server.url}'`);

  // The Mini Program, with the agent configured as the page says, in the hands of a user.
  wept = await startWept({ config: { appId: APPID, key, endpoint: server.url, shop: server.url } });
  const app = await openMiniProgram(browser, wept.url);
  await app.tap('#scan');
  await app.answer('scanCode', 'success');
  await app.tap('#product-puer');
  await app.waitForPage('pages/detail/detail');
  await app.tap('#preview');
  await app.closePreview();
  await app.tap('#buy');
  await app.waitForPage('pages/pay/pay');
  await app.tap('#pay');
  await app.answer('requestPayment', 'fail');
  await app.tap('#pay');
  await app.answer('requestPayment', 'cancel');
  await app.background();

  // Within seconds the page that waited says so, and the list shows what was tapped.
  await dashboard.getByText('First event received').waitFor({ timeout: 20_000 });
  await dashboard.goto(`${server.url}/apps/${APPID}/interfaces?range=24h&sort=name&order=asc`);
  await expect
    .poll(
      async () => {
        await dashboard.getByRole('button', { name: 'Refresh' }).click();
        return rowsOf('Interfaces').catch(() => undefined);
      },
      { timeout: 20_000, interval: 500 },
    )
    .toMatchObject({
      // Calls, their line, errors, success rate, without cancels, affected users, failed users.
      previewImage: ['1', expect.anything(), '0', '100.00%', '100.00%', '0', '0', expect.anything(), expect.anything()],
      requestPayment: ['2', expect.anything(), '1', '0.00%', '0.00%', '1', '1', expect.anything(), expect.anything()],
      scanCode: ['1', expect.anything(), '0', '100.00%', '100.00%', '0', '0', expect.anything(), expect.anything()],
    });

  await dashboard.getByRole('link', { name: 'requestPayment' }).click();
  const records = dashboard.getByRole('table', { name: 'Call records' });
  await expect.poll(() => records.locator('tbody tr').count(), { timeout: 20_000 }).toBe(2);
  expect(await records.textContent()).toContain('pages/pay/pay');
  expect(Object.keys(await rowsOf('Messages')).sort()).toEqual(['requestPayment:fail', 'requestPayment:fail cancel']);

  // A day later the SDKs that people use read the same day from WeChat's own API.
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
  server.moveClock(86_400_000);
  const expected = {
    list: [
      {
        ref_date: today,
        session_cnt: 1,
        visit_pv: 3,
        visit_uv: 1,
        visit_uv_new: 1,
        visit_depth: 3,
        stay_time_uv: expect.any(Number),
        stay_time_session: expect.any(Number),
      },
    ],
  };
  for (const createSdk of [createWechatApi, createCoWechatApi]) {
    expect(await createSdk(server.url, { appid: APPID, secret }).getDailyVisitTrend(today, today)).toEqual(expected);
  }
  await app.close();
});
