import { createHash } from 'node:crypto';
import { createServer as createHttpServer, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeliveryList, PushReport } from '@minilens/wire/push-report';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../testing/server.js';

/** 2026-03-02 12:30 in Shanghai. */
const NOW = Date.UTC(2026, 2, 2, 4, 30);
const TODAY = 'from=2026-03-02&to=2026-03-02';
const TOKEN = 'Tea4Mountains';
const PATIENCE = { timeout: 15_000 };
/** Messages of one app that may wait for its back end. */
const MAX_IN_HAND = 500;

let server: TestServer;
let address: string;
beforeAll(async () => {
  server = await startTestServer(NOW);
  address = await server.listen();
});
afterAll(() => server.stop());

/** Every test has an app of its own. */
let appid = '';
let apps = 0;
const stops: (() => Promise<unknown>)[] = [];
const addApp = async () => {
  const added = await server.addApp(`wx00000000000000${String(++apps).padStart(2, '0')}`);
  return added.appid;
};
beforeEach(async () => {
  appid = await addApp();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A back end of the owner's, and what it was asked. */
async function backEnd(answer: RequestListener) {
  const asked: { method: string | undefined; url: string | undefined; type: string | undefined; body: string }[] = [];
  const http = createHttpServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    asked.push({ method: incoming.method, url: incoming.url, type: incoming.headers['content-type'], body });
    answer(incoming, response);
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  stops.push(
    () =>
      new Promise((done) => {
        http.close(done);
        http.closeAllConnections();
      }),
  );
  return { asked, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/wechat?shop=1` };
}

const set = async (settings: object) => {
  const { status, body } = await server.put(`/api/v1/apps/${appid}/push/settings`, settings, server.asOwner);
  expect(status, JSON.stringify(body)).toBe(200);
};

const sign = (...parts: string[]) => createHash('sha1').update(parts.sort().join('')).digest('hex');
const queryOf = (token = TOKEN, at = NOW) => {
  const timestamp = String(Math.floor(at / 1000));
  return `signature=${sign(token, timestamp, '7')}&timestamp=${timestamp}&nonce=7&openid=o-1`;
};
const messageOf = (id: number) =>
  `<xml><ToUserName><![CDATA[gh_shop]]></ToUserName><FromUserName><![CDATA[o-1]]></FromUserName><CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[茶 13800138000]]></Content><MsgId>${id}</MsgId></xml>`;
const push = (id = 1, query = queryOf(), of = appid) =>
  fetch(`${address}/push/${of}?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body: messageOf(id),
  });

/** What the report knows, once it is loaded. */
async function deliveries(): Promise<DeliveryList> {
  await server.drain();
  return (await server.get<DeliveryList>(`/api/v1/apps/${appid}/push/deliveries?${TODAY}`, server.asOwner)).body;
}
const metrics = async () => (await server.get<string>('/metrics', server.asOwner)).body;

test('a message is passed on as it came, its answer as it is, and the delivery is reported', async () => {
  const { asked, url } = await backEnd((_request, response) =>
    response.writeHead(200, { 'x-own': 'yes' }).end('success'),
  );
  await set({ upstream: url });
  const answer = await push();
  expect([answer.status, answer.headers.get('x-own'), await answer.text()]).toEqual([200, 'yes', 'success']);
  expect(asked).toEqual([{ method: 'POST', url: `/wechat?shop=1&${queryOf()}`, type: 'text/xml', body: messageOf(1) }]);

  await vi.waitFor(async () => expect((await deliveries()).total).toBe(1), PATIENCE);
  expect((await deliveries()).items).toEqual([
    {
      ...{ at: NOW, delivery: expect.any(String), messageKey: expect.stringMatching(/^[0-9a-f]{32}$/) },
      ...{ attempt: 1, attempts: 1, msgType: 'text', event: '', host: new URL(url).host, outcome: 'ok', reason: '' },
      ...{ errMsg: '', durationMs: expect.any(Number), dnsMs: null, connectMs: expect.any(Number) },
      ...{ firstByteMs: expect.any(Number), status: 200, receivedBytes: 7, content: '' },
    },
  ]);
  expect(await metrics()).toMatch(/^minilens_push_deliveries_total\{outcome="ok"\} \d+$/m);
  // It is nobody's visit, and nothing is missing of it.
  const { body } = await server.get<{ loss: object[] }>(`/api/v1/apps/${appid}/loss?${TODAY}`, server.asOwner);
  expect(body.loss).toMatchObject([{ numbered: 1, missing: 0 }]);
});

test('a wrong answer is passed on too, and judged; a repetition is the next attempt', async () => {
  const { url } = await backEnd((_request, response) => response.end('"success"'));
  await set({ upstream: url, keepContent: true });
  expect(await (await push()).text()).toBe('"success"');
  await push();
  await vi.waitFor(async () => expect((await deliveries()).total).toBe(2), PATIENCE);
  const { items } = await deliveries();
  expect(items.map(({ attempt }) => attempt).sort()).toEqual([1, 2]);
  expect(items).toMatchObject(
    Array.from({ length: 2 }, () => ({ outcome: 'invalid_response', reason: 'quoted_success', attempts: 2 })),
  );
  expect(items[0]?.content).toContain('<MsgType>');
  expect(items[0]?.content).not.toContain('13800138000');
});

test('a back end that nobody started is a failure, which the sender is told', async () => {
  const { url } = await backEnd(() => {});
  await (stops.pop() as () => Promise<unknown>)();
  await set({ upstream: url });
  expect((await push()).status).toBe(502);
  await vi.waitFor(
    async () => expect((await deliveries()).items).toMatchObject([{ outcome: 'connect_failure', reason: 'refused' }]),
    PATIENCE,
  );
  const { body } = await server.get<PushReport>(`/api/v1/apps/${appid}/push?${TODAY}`, server.asOwner);
  expect(body.summary).toMatchObject({ callback_count: 1, fail_count: 1 });
});

test('what is not signed with the token never reaches the back end, and is no delivery', async () => {
  const { asked, url } = await backEnd((_request, response) => response.end('success'));
  await set({ upstream: url, token: TOKEN });
  expect((await push(1, queryOf('Another'))).status).toBe(403);
  expect((await push(1, queryOf(TOKEN, NOW - 3_600_000))).status).toBe(403);
  expect((await push(2)).status).toBe(200);
  expect(asked).toHaveLength(1);
  await vi.waitFor(async () => expect((await deliveries()).total).toBe(1), PATIENCE);
  expect(await metrics()).toMatch(/minilens_push_refused_total\{cause="wrong_signature"\} 1/);
  expect(await metrics()).toMatch(/minilens_push_refused_total\{cause="outside_window"\} 1/);
});

test('the verification of the URL is the back end’s matter, and no delivery', async () => {
  const { asked, url } = await backEnd((_request, response) => response.end('4375120948345356249'));
  await set({ upstream: url, token: TOKEN });
  const answer = await fetch(`${address}/push/${appid}?${queryOf()}&echostr=4375120948345356249`);
  expect(await answer.text()).toBe('4375120948345356249');
  expect(asked).toMatchObject([{ method: 'GET', url: `/wechat?shop=1&${queryOf()}&echostr=4375120948345356249` }]);
  expect((await deliveries()).total).toBe(0);
});

test('where nothing is passed on, an app that is here answers as one that is not', async () => {
  const [known, unknown] = [await push(), await push(1, queryOf(), 'wx00000000000000ff')];
  expect([known.status, unknown.status]).toEqual([404, 404]);
  expect(await known.json()).toEqual(await unknown.json());
  expect((await fetch(`${address}/push/shop`, { method: 'POST', body: 'x' })).status).toBe(400);
});

test('a change of settings counts at once, and what is in hand comes to its end', async () => {
  const [slow, quick] = [
    await backEnd((_request, response) => setTimeout(() => response.end('success'), 400)),
    await backEnd((_request, response) => response.end('')),
  ];
  await set({ upstream: slow.url });
  const first = push(1);
  await vi.waitFor(() => expect(slow.asked).toHaveLength(1), PATIENCE);
  await set({ upstream: quick.url });
  expect(await (await push(2)).text()).toBe('');
  expect(await (await first).text()).toBe('success');
  expect([slow.asked.length, quick.asked.length]).toEqual([1, 1]);
  await set({ upstream: null });
  expect((await push(3)).status).toBe(404);
});

test('a back end that hangs holds a bounded number of messages, and those of other apps go on', async () => {
  const waiting: (() => void)[] = [];
  const hanging = await backEnd((_request, response) => void waiting.push(() => response.end('success')));
  const other = await backEnd((_request, response) => response.end('success'));
  await set({ upstream: hanging.url });
  const otherApp = await addApp();
  await server.put(`/api/v1/apps/${otherApp}/push/settings`, { upstream: other.url }, server.asOwner);
  const held = Array.from({ length: MAX_IN_HAND }, (_, index) => statusOf(index));
  await vi.waitFor(() => expect(hanging.asked).toHaveLength(MAX_IN_HAND), PATIENCE);

  const refused = await push(MAX_IN_HAND);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await push(1, queryOf(), otherApp)).status).toBe(200);
  for (const answer of waiting) answer();
  expect(new Set(await Promise.all(held))).toEqual(new Set([200]));
  const again = push(MAX_IN_HAND + 1);
  await vi.waitFor(() => expect(hanging.asked).toHaveLength(MAX_IN_HAND + 1), PATIENCE);
  waiting.at(-1)?.();
  expect((await again).status).toBe(200);
}, 60_000);

/** Every one on a connection of its own, as `fetch` does not. */
const statusOf = (id: number) =>
  new Promise<number | undefined>((done, fail) => {
    const sending = request(`${address}/push/${appid}?${queryOf()}`, { method: 'POST', agent: false }, (response) => {
      response.resume().on('end', () => done(response.statusCode));
    });
    sending.on('error', fail).end(messageOf(id));
  });
