import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallAnswer, createDevice, type Device, type Wx } from '@minilens/simulator/device';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { createVirtualClock } from '@minilens/simulator/virtual-clock';
import { connectStore, selectRows } from '@minilens/store/connect';
import type { Envelope } from '@minilens/wire/envelope';
import { EVENT_KINDS, type Event, OWN_KINDS } from '@minilens/wire/event';
import type { Receipt } from '@minilens/wire/receipt';
import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMinilens, type ServerProcess, startServer } from './process/server-process.js';

const APPID = 'wx00000000000000aa';
const HOME = 'pages/index/index';
const PAY = 'packages/shop/pay/pay';

/** As the platform writes it: the text that `App.onError` is given. */
const CRASH = `MiniProgramError
Cannot read property 'price' of undefined
TypeError: Cannot read property 'price' of undefined
    at total (https://usr/packages/shop/pay/pay.js:12:9)`;

const data = mkdtempSync(join(tmpdir(), 'minilens-signals-'));
let app: NewApp;
let server: ServerProcess;
let phone: Phone;

beforeAll(async () => {
  app = JSON.parse(await runMinilens(data, 'app', 'add', APPID, '--json'));
  server = await startServer(data);
});
afterAll(async () => {
  await server?.stop();
  rmSync(data, { recursive: true, force: true });
});

/** The file that a developer saves beside app.js. */
async function downloadAgent(): Promise<string> {
  const response = await fetch(`${server.url}/minilens-mp-agent.js`);
  expect(response.status).toBe(200);
  return response.text();
}

interface Batch {
  envelope: Envelope & { events: Event[] };
  status: number;
  receipt: Receipt;
}

interface PostOptions {
  url: string;
  data: string;
  success(answer: object): void;
  fail(answer: object): void;
}

/** A simulated device that runs this agent. Its time is virtual, what it posts to the server goes over the network. */
function createPhone(agentCode: string) {
  const clock = createVirtualClock(Date.now());
  const batches: Batch[] = [];
  const underWay = new Set<Promise<void>>();
  /** The platform's own functions. */
  const platform: Wx = {};
  let tellEntries: ((list: object) => void) | undefined;

  /** `wx.request` as the platform does it, to the server. */
  async function post({ url, data, success, fail }: PostOptions) {
    try {
      const response = await fetch(url, { method: 'POST', body: data });
      const receipt = (await response.json()) as Receipt;
      batches.push({ envelope: JSON.parse(data), status: response.status, receipt });
      success({ statusCode: response.status, data: receipt, header: {} });
    } catch (cause) {
      fail({ errMsg: `request:fail ${cause}` });
    }
  }

  const device: Device = createDevice({
    agentCode,
    clock,
    random: createSeededRandom(1),
    // Neither endpoint nor appId: the file knows the one, the platform the other.
    config: { key: app.key, isSuccess: ({ data }) => (data as { code?: number }).code !== 1 },
    // Nobody asks it: what `wx.request` below is given for the server goes there.
    onRequest: () => undefined,
    apis: ['login', 'uploadFile'],
    onCall: (_name, options) => (options as { ending?: CallAnswer }).ending,
    globals: {
      performance: { memory: { usedJSHeapSize: 9_000_000 } },
      __wxConfig: { subPackages: [{ root: 'packages/shop/' }] },
    },
    prepareWx(wx) {
      const request = wx.request as (options: object) => unknown;
      Object.assign(wx, {
        getAccountInfoSync: () => ({ miniProgram: { appId: APPID, version: '1.4.0', envVersion: 'release' } }),
        getPerformance: () => ({
          createObserver(heard: typeof tellEntries) {
            tellEntries = heard;
            return { observe() {} };
          },
        }),
        request(options: PostOptions) {
          if (!options.url.startsWith(server.url)) return request(options);
          const posting = post(options).finally(() => underWay.delete(posting));
          underWay.add(posting);
          return { abort() {} };
        },
      });
      Object.assign(platform, wx);
    },
    app({ App, page }) {
      App({});
      page(PAY, { onShareAppMessage: () => ({ path: HOME }) });
    },
  });

  /** Lets this much time go by, and what was posted be answered. */
  async function wait(ms: number) {
    clock.advance(ms);
    await Promise.all(underWay);
  }

  return {
    device,
    batches,
    wait,
    /** Does this, waits until nothing more comes, and gives what was posted from then on. */
    async posts(action: () => unknown): Promise<Batch[]> {
      const before = batches.length;
      await action();
      let known: number;
      do {
        known = batches.length;
        await wait(12_000);
      } while (batches.length > known);
      return batches.slice(before);
    },
    /** The platform tells of something it measured. */
    measures: (...entries: object[]) => tellEntries?.({ getEntries: () => entries }),
    /** The process ends in the background, and the user comes back. */
    restart() {
      device.hide();
      device.kill();
      device.launch();
    },
    /** Which of these functions are not the platform's own at this moment. */
    hooked: () =>
      ['requestPayment', 'scanCode', 'previewImage', 'login', 'request', 'uploadFile'].filter(
        (name) => device.wx[name] !== platform[name],
      ),
    /** What the app's user may do, wherever it is. */
    useEverything() {
      device.call('login');
      device.call('scanCode');
      device.request('https://api.shop.example/menu');
      device.monitor.track('used');
    },
  };
}
type Phone = ReturnType<typeof createPhone>;

const eventsOf = (batches: Batch[]) => batches.flatMap(({ envelope }) => envelope.events);

/** What the user did and the app said, one word or two an event. */
const wordsOf = (batches: Batch[]) =>
  eventsOf(batches)
    .filter(({ kind }) => !['agent', 'performance', 'page_ready'].includes(kind))
    .map((event) => `${event.kind} ${'name' in event ? event.name : 'page' in event ? event.page : ''}`.trim());

/** No event of these was refused, passed over or dropped. */
function expectAllTaken(batches: Batch[]) {
  expect(batches.map(({ status, receipt: { accepted, dropped } }) => ({ status, accepted, dropped }))).toEqual(
    batches.map(({ envelope }) => ({ status: 200, accepted: envelope.events.length, dropped: {} })),
  );
}

const configureAgents = (...options: string[]) => runMinilens(data, 'app', 'agent', APPID, ...options);

/** A row of the table of events. */
type Row = Record<string, unknown>;

const columnOf = (property: string) => property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What the row says of the properties this event has, in the event's own words. */
const pick = (row: Row | undefined, event: Event) =>
  row && Object.fromEntries(Object.keys(event).map((property) => [property, wordOf(row, property)]));

const wordOf = (row: Row, property: string) => (property === 'at' ? deviceTime(row) : row[columnOf(property)]);

/** The moment by the device's clock, before the server corrected it. */
const deviceTime = ({ at, skew_ms }: Row) => Date.parse(`${String(at).replace(' ', 'T')}Z`) - Number(skew_ms);

/** What every event of the batch has in common, as columns. */
const columnsOf = ({ app, agent, session, device, tags = {} }: Envelope) => ({
  app,
  agent,
  tags,
  user_id: session.user,
  session_scene: session.scene,
  entry: session.entry,
  ...device,
});

test('the file that the server hands out reports every kind of event, and the server takes them all', async () => {
  const agentCode = await downloadAgent();
  expect(agentCode).toContain(JSON.stringify(server.url));
  expect(agentCode).not.toContain('__ENDPOINT__');
  phone = createPhone(agentCode);
  const { device, wait } = phone;

  device.launch({
    path: HOME,
    scene: 1037,
    query: { _mlu: 'friend-of-mine' },
    referrerInfo: { appId: 'wxaaaaaaaaaaaaaaaa' },
  });
  phone.measures(
    { name: 'appLaunch', entryType: 'navigation', path: HOME, duration: 812.4 },
    { name: 'downloadPackage', entryType: 'loadPackage', packageName: 'packages/shop', duration: 250 },
  );
  device.monitor.setUser({ openid: 'o-of-somebody', unionid: 'u-of-somebody', level: 'gold' });
  device.monitor.setTags({ plan: 'gold', cohort: 7 });
  await wait(1_000);
  device.navigateTo(PAY, { order: '7' });
  device.call('requestPayment', { ending: { fail: { errMsg: 'requestPayment:fail cancel' }, afterMs: 300 } });
  await wait(1_000);
  device.call('requestPayment', { ending: { fail: { errMsg: 'requestPayment:fail no balance', errno: 70_001 } } });
  await wait(1_000);
  for (let i = 0; i < 30; i++) device.tellApp('onError', CRASH);
  device.call('uploadFile', {
    url: 'https://files.shop.example/receipts',
    ending: { success: { statusCode: 413, data: '' } },
  });
  await wait(1_000);
  device.request('https://api.shop.example/orders/12345678?token=secret', {
    method: 'POST',
    data: { address: 'secret' },
    ending: {
      success: {
        statusCode: 200,
        data: { code: 1 },
        header: { 'Content-Length': '11' },
        profile: {
          domainLookUpStart: 100,
          domainLookUpEnd: 103,
          connectStart: 103,
          connectEnd: 143,
          SSLconnectionStart: 113,
          SSLconnectionEnd: 143,
          requestStart: 143,
          responseStart: 203,
          sendBytesCount: 420,
          receivedBytedCount: 230,
        },
      },
    },
  });
  await wait(1_000);
  device.tellPage('onShareAppMessage', { from: 'button' });
  device.monitor.track('bought', { price: 12.5, of: '普洱' });
  await wait(12_000);
  await phone.posts(device.hide);

  const events = eventsOf(phone.batches);
  const seen = { source: 'app', name: 'TypeError', errMsg: "Cannot read property 'price' of undefined", page: PAY };
  expect(events).toMatchObject([
    { n: 1, kind: 'launch' },
    { n: 2, kind: 'app_show', scene: 1037, referrer: 'wxaaaaaaaaaaaaaaaa', sharedBy: 'friend-of-mine' },
    { n: 3, kind: 'page_show', page: HOME },
    { n: 4, kind: 'page_ready', page: HOME, durationMs: 0 },
    { n: 5, kind: 'performance', name: 'memory', value: 9_000_000 },
    { n: 6, kind: 'performance', name: 'appLaunch', page: HOME, durationMs: 812 },
    { n: 7, kind: 'performance', name: 'downloadPackage', durationMs: 250 },
    { n: 8, kind: 'user', openid: 'o-of-somebody', unionid: 'u-of-somebody', props: expect.stringContaining('gold') },
    { n: 9, kind: 'page_hide', page: HOME, view: 3, stayMs: 1_000 },
    { n: 10, kind: 'page_show', page: PAY },
    { n: 11, kind: 'page_ready', page: PAY },
    { n: 12, kind: 'performance', name: 'memory' },
    { n: 13, kind: 'call', name: 'requestPayment', outcome: 'cancel', durationMs: 300, page: PAY },
    { n: 14, kind: 'call', outcome: 'fail', errMsg: 'requestPayment:fail no balance', errCode: 70_001 },
    { n: 15, kind: 'error', ...seen, stack: expect.stringContaining('pay.js:12:9'), steps: expect.any(Array) },
    { n: 16, kind: 'request', name: 'uploadFile', host: 'files.shop.example', outcome: 'http_error', status: 413 },
    {
      ...{ n: 17, kind: 'request', method: 'POST', host: 'api.shop.example', path: '/orders/:id', page: PAY },
      ...{ outcome: 'ok', status: 200, businessFailed: true, sentBytes: 420, receivedBytes: 230 },
      ...{ dnsMs: 3, connectMs: 40, tlsMs: 30, firstByteMs: 60 },
    },
    { n: 18, kind: 'share', page: PAY, source: 'button' },
    { n: 19, kind: 'custom', name: 'bought', page: PAY, props: '{"price":12.5,"of":"普洱"}' },
    { n: 20, kind: 'agent', props: expect.stringContaining('"state":"on"') },
    { n: 21, kind: 'error', ...seen, count: 29 },
    { n: 22, kind: 'page_hide', page: PAY, view: 10, stayMs: 16_000 },
    { n: 23, kind: 'app_hide' },
  ]);
  expect(new Set(events.map(({ kind }) => kind))).toEqual(
    new Set(Object.keys(EVENT_KINDS).filter((kind) => !OWN_KINDS.has(kind))),
  );
  expect(JSON.stringify(events)).not.toContain('secret');
  expectAllTaken(phone.batches);
});

test('what the owner changes reaches the device with its next batch, holds at once, and can be taken back', async () => {
  const { device, posts } = phone;
  /** What the owner says to the next batch. */
  const toldNext = async () =>
    (await posts(() => device.monitor.track('next'))).map(({ receipt }) => receipt.config?.values);
  /** A visit with all that would be reported, an hour away, and the way back. */
  const visit = async () => {
    phone.useEverything();
    device.navigateTo(PAY);
    device.hide();
    await phone.wait(3_600_000);
    device.show();
  };
  await posts(device.show);

  const values = { hookApis: ['login'], sampling: { request: 0 } };
  await configureAgents('--sampling', 'request=0', '--hook-apis', 'login');
  expect(phone.hooked()).toEqual(['requestPayment', 'scanCode', 'previewImage', 'request', 'uploadFile']);
  expect(await toldNext()).toEqual([values]);
  expect(phone.hooked()).toEqual(['login', 'request', 'uploadFile']);
  const followed = await posts(phone.useEverything);
  expect(wordsOf(followed)).toEqual(['custom used', 'call login']);
  expect(followed).toMatchObject([{ envelope: { config: device.monitor.diagnostics()?.config } }]);
  expect(followed[0]?.receipt).toEqual({ accepted: 2, dropped: {} });

  await configureAgents('--off');
  expect(await toldNext()).toEqual([{ ...values, off: true }]);
  expect(phone.hooked()).toEqual([]);
  expect(await posts(visit)).toEqual([]);

  // Each start asks once whether it is still so.
  const asked = await posts(() => {
    phone.restart();
    return visit();
  });
  expect(asked).toMatchObject([{ envelope: { events: [] } }]);
  expect(asked[0]?.receipt).toEqual({ accepted: 0, dropped: {} });

  await configureAgents('--on');
  const answered = await posts(() => {
    phone.restart();
    return visit();
  });
  expect(answered).toMatchObject([{ envelope: { events: [] } }]);
  expect(answered[0]?.receipt.config?.values).toEqual(values);
  expect(phone.hooked()).toEqual([]);

  const works = await posts(() => {
    phone.restart();
    expect(phone.hooked()).toEqual(['login', 'request', 'uploadFile']);
    phone.useEverything();
  });
  expect(wordsOf(works)).toEqual(['launch', 'app_show', `page_show ${HOME}`, 'custom used', 'call login']);
  expectAllTaken(phone.batches);
});

test('all of it stands in the event store, once and in the same words', async () => {
  const metrics = async () => (await fetch(`${server.url}/metrics`)).text();
  await expect.poll(metrics, { timeout: 20_000 }).toContain('minilens_spool_batches 0');
  await server.stop();
  const store = connectStore({ path: join(data, 'events') });
  const rows = await selectRows<Row>(store, 'SELECT * FROM events WHERE app = {app:String}', { app: APPID });
  await store.close();

  const stored = new Map(rows.map((row) => [`${row.session_id} ${row.n}`, row]));
  expect(stored.size).toBe(rows.length);
  let sent = 0;
  for (const { envelope } of phone.batches) {
    for (const event of envelope.events) {
      const row = stored.get(`${envelope.session.id} ${event.n}`);
      expect(pick(row, event)).toEqual(event);
      expect(row).toMatchObject(columnsOf(envelope));
      sent++;
    }
  }
  expect(rows.length).toBe(sent);
});
