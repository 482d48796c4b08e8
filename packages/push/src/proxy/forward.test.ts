import { once } from 'node:events';
import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { connect, type LookupFunction } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { PUSH_MODES, type PushMode } from '@minilens/wechat/push/open-push';
import { sealPush, sealReply } from '@minilens/wechat/push/seal-push';
import { signPush } from '@minilens/wechat/push/signature';
import { PushDelivery } from '@minilens/wire/event';
import { Value } from 'typebox/value';
import { afterEach, expect, test } from 'vitest';
import { type DeliveryReport, toEvent } from '../report/delivery.js';
import { startBackEnd, startTcp } from './back-end.fixture.js';
import { createForwarder, type ForwarderOptions, type Notice } from './forward.js';
import { listen } from './listen.js';

const NOW = Date.UTC(2026, 10, 22, 4);
const KEYS = { token: 'AAAAA', encodingAesKey: 'A'.repeat(43), appid: 'wxba5fad812f8e6fb9' };
const OPENID = 'o9AgO5Kd5ggOC-bXrbNODIiE3bGY';
const FIELDS = {
  ToUserName: 'gh_97417a04a28d',
  FromUserName: OPENID,
  CreateTime: NOW / 1000,
  MsgType: 'text',
  Content: 'hello',
  MsgId: '1234567890123456',
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A proxy before an upstream, and what it reports. */
async function startProxy(upstream: URL, options: Partial<ForwarderOptions> = {}) {
  const reports: DeliveryReport[] = [];
  const notices: Notice[] = [];
  const notice = (one: Notice) => notices.push(one);
  const forwarder = createForwarder({
    upstream,
    keys: {},
    format: 'xml',
    mode: 'plain',
    report: (delivery) => {
      expect(Value.Errors(PushDelivery, toEvent(delivery, 1))).toEqual([]);
      reports.push(delivery);
    },
    notice,
    now: () => NOW,
    ...options,
  });
  const { url, stop } = await listen({ host: '127.0.0.1', port: 0 }, forwarder);
  closing.push(stop);
  return {
    url,
    notices,
    reports,
    /** The next delivery it reports, once it does. */
    report: async () => {
      await expect.poll(() => reports.length, { interval: 5 }).toBeGreaterThan(0);
      return reports.shift() as DeliveryReport;
    },
  };
}

async function startProxied(listener: RequestListener, options: Partial<ForwarderOptions> = {}) {
  const backEnd = await startBackEnd(listener);
  closing.push(backEnd.close);
  return startProxy(backEnd.url, options);
}

const push = (mode: PushMode = 'plain', over: { fields?: object; timestamp?: number } = {}) => {
  const { query, body } = sealPush(
    { ...FIELDS, ...over.fields },
    {
      ...KEYS,
      mode,
      format: 'xml',
      timestamp: over.timestamp ?? NOW / 1000,
      nonce: '7',
      random: Buffer.alloc(16, 'r'),
    },
  );
  return { query: `?${new URLSearchParams(query)}`, body };
};

const post = (url: string, { query, body } = push()) => fetch(`${url}/${query}`, { method: 'POST', body });

const reply = (over: object = {}) =>
  `<xml><ToUserName>${OPENID}</ToUserName><FromUserName>gh_97417a04a28d</FromUserName><CreateTime>1</CreateTime>${Object.entries(
    { MsgType: 'text', Content: 'hi', ...over },
  )
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</xml>`;

test('a request arrives with its bytes, query and headers, under the address of the back end', async () => {
  let seen: { url: string; headers: string[]; body: Buffer } | undefined;
  const backEnd = await startBackEnd(async (request, response) => {
    seen = { url: request.url as string, headers: request.rawHeaders, body: await buffer(request) };
    response.end('success');
  });
  closing.push(backEnd.close);
  const { url } = await startProxy(backEnd.url);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const lines = [
    'POST /any/path?signature=%41b&b=%20 HTTP/1.1',
    'Host: public.example',
    'Content-TYPE: text/xml',
    'X-Twice: 1',
    'x-twice: \xe9',
    'Connection: close, X-Own',
    'X-Own: 1',
    'X-Forwarded-For: 203.0.113.7',
    'Content-Length: 5',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\nh\xe9llo`, 'latin1');
  expect(await text(socket)).toMatch(/success$/);
  expect(seen?.url).toBe('/wechat?signature=%41b&b=%20');
  expect(seen?.body).toEqual(Buffer.from('h\xe9llo', 'latin1'));
  expect(seen?.headers).toEqual(
    [
      ['Host', backEnd.url.host],
      ['Content-TYPE', 'text/xml'],
      ['X-Twice', '1'],
      ['x-twice', '\xe9'],
      ['Content-Length', '5'],
      ['X-Forwarded-For', '203.0.113.7, 127.0.0.1'],
      ['X-Forwarded-Proto', 'http'],
      ['X-Forwarded-Host', 'public.example'],
      ['Connection', 'keep-alive'],
    ].flat(),
  );
});

test('an answer comes back with its bytes, status and headers', async () => {
  const back = await startTcp((socket) =>
    socket.once('data', () =>
      socket.end(
        'HTTP/1.1 299 Fine So Far\r\nX-B: 1\r\nx-a: 2\r\nX-B: \xe9\r\nKeep-Alive: timeout=9\r\nContent-Length: 3\r\n\r\na\xe9c',
        'latin1',
      ),
    ),
  );
  closing.push(back.close);
  const { url, report } = await startProxy(back.url);
  const answered = httpRequest(`${url}/`, { method: 'POST' }).end(push().body);
  const [answer] = (await once(answered, 'response')) as [IncomingMessage];
  expect(await buffer(answer)).toEqual(Buffer.from('a\xe9c', 'latin1'));
  expect([answer.statusCode, answer.statusMessage]).toEqual([299, 'Fine So Far']);
  expect(answer.rawHeaders.slice(0, 8)).toEqual(['X-B', '1', 'x-a', '2', 'X-B', '\xe9', 'Content-Length', '3']);
  expect(await report()).toMatchObject({ outcome: 'bad_status', status: 299, receivedBytes: 3 });
});

test('a redirect is passed on, not followed', async () => {
  const { url, report } = await startProxied((_request, response) => response.writeHead(302, { location: '/x' }).end());
  const answer = await fetch(`${url}/`, { method: 'POST', body: push().body, redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/x']);
  expect(await report()).toMatchObject({ outcome: 'bad_status', status: 302 });
});

test('four megabytes pass in both directions, as they come', async () => {
  const megabytes = Buffer.alloc(4 * 1024 ** 2, 'x');
  let isFirstPieceBack = false;
  const { url, report } = await startProxied((request, response) => {
    request.pipe(response);
  });
  const sending = httpRequest(`${url}/`, { method: 'POST' });
  sending.write(megabytes.subarray(0, 1024 ** 2));
  const [answer] = (await once(sending, 'response')) as [IncomingMessage];
  // The rest is sent only when the beginning is back.
  answer.once('data', () => {
    isFirstPieceBack = true;
    sending.end(megabytes.subarray(1024 ** 2));
  });
  expect((await buffer(answer)).equals(megabytes)).toBe(true);
  expect(isFirstPieceBack).toBe(true);
  expect(await report()).toMatchObject({
    outcome: 'invalid_response',
    reason: 'too_long',
    msgType: 'unread',
    receivedBytes: megabytes.length,
  });
});

test.each(PUSH_MODES)('in %s mode a signed message passes, and its attempts are linked', async (mode) => {
  const seal = { ...KEYS, timestamp: 5, nonce: '5', random: Buffer.alloc(16) };
  const { url, report } = await startProxied(
    async (_request, response) => void response.end(mode === 'safe' ? sealReply(reply(), seal, 'xml') : reply()),
    { keys: KEYS, mode },
  );
  const bodies = [push(mode), push(mode)];
  for (const body of bodies) expect((await post(url, body)).status).toBe(200);
  const [first, second] = [await report(), await report()];
  expect(first).toMatchObject({ outcome: 'ok', attempt: 1, msgType: 'text', status: 200, at: NOW });
  expect(second).toMatchObject({ attempt: 2, messageKey: first.messageKey });
  expect(first.delivery).not.toBe(second.delivery);
  expect(JSON.stringify([first, second])).not.toContain(OPENID);
});

test.each<[string, PushMode, { query: string; body: string }, Notice['kind']]>([
  [
    'signed with another token',
    'plain',
    { ...push(), query: push().query.replace(/signature=.{4}/, 'signature=0000') },
    'wrong_signature',
  ],
  ['not signed', 'plain', { ...push(), query: `?timestamp=${NOW / 1000}&nonce=1` }, 'wrong_signature'],
  ['eleven minutes old', 'plain', push('plain', { timestamp: NOW / 1000 - 660 }), 'outside_window'],
  ['from the future', 'plain', push('plain', { timestamp: NOW / 1000 + 660 }), 'outside_window'],
  ['without a time', 'plain', { ...push(), query: '?signature=x' }, 'outside_window'],
  ['in plaintext, though safe mode is configured', 'safe', push('plain'), 'not_encrypted'],
  [
    'altered after it was encrypted',
    'safe',
    { ...push('safe'), body: push('safe').body.replace('<Encrypt><![CDATA[', '<Encrypt><![CDATA[AAAA') },
    'wrong_signature',
  ],
  ['no document, in safe mode', 'safe', { ...push('safe'), body: 'nothing' }, 'malformed'],
  ['no document and unsigned', 'plain', { query: `?timestamp=${NOW / 1000}`, body: 'nothing' }, 'wrong_signature'],
  ['long and unsigned', 'plain', { query: `?timestamp=${NOW / 1000}`, body: 'x'.repeat(300_000) }, 'wrong_signature'],
])('with a token, a message %s never reaches the back end', async (_name, mode, sent, kind) => {
  let asked = 0;
  const { url, notices, reports } = await startProxied(
    (_request, response) => {
      asked += 1;
      response.end('success');
    },
    { keys: KEYS, mode },
  );
  expect((await post(url, sent)).status).toBe(403);
  expect(notices.map((one) => one.kind)).toEqual([kind]);
  expect([asked, reports.length]).toEqual([0, 0]);
});

test.each<[string, PushMode, { query: string; body: string }, Partial<ForwarderOptions>]>([
  ['encrypted for another app', 'safe', push('safe'), { keys: { ...KEYS, appid: 'wx0000000000000000' } }],
  ['encrypted, and no key is known', 'safe', push('safe'), { keys: { token: KEYS.token } }],
  ['signed and no document', 'plain', { ...push(), body: 'nothing' }, { keys: KEYS }],
  ['no document, and there is no token', 'plain', { query: '', body: 'nothing' }, {}],
])('a message that is %s is passed on unread', async (_name, mode, sent, options) => {
  const { url, notices, report } = await startProxied((_request, response) => response.end('success'), {
    mode,
    ...options,
  });
  expect(await (await post(url, sent)).text()).toBe('success');
  expect(await report()).toMatchObject({ outcome: 'ok', msgType: 'unread', attempt: 1 });
  expect(notices.map(({ kind }) => kind)).toEqual(['unread']);
});

test.each([
  ['success', 'success', { outcome: 'ok' }],
  ['nothing', '', { outcome: 'ok' }],
  ['a reply', reply(), { outcome: 'ok' }],
  ['success in quotes', '"success"', { outcome: 'invalid_response', reason: 'quoted_success' }],
  ['a reply to itself', reply({ ToUserName: 'gh_97417a04a28d' }), { outcome: 'invalid_response' }],
  ['a reply without words', reply({ Content: '' }), { outcome: 'invalid_response', reason: 'empty_content' }],
  ['a page', '<html><body>Whitelabel Error Page</body></html>', { outcome: 'invalid_response', reason: 'html' }],
])('a back end that answers %s is judged', async (_name, answer, expected) => {
  const { url, report } = await startProxied((_request, response) => response.end(answer));
  expect(await (await post(url)).text()).toBe(answer);
  const judged = await report();
  expect(judged).toMatchObject({ ...expected, receivedBytes: Buffer.byteLength(answer) });
  expect(judged.errMsg === undefined).toBe(expected.outcome === 'ok');
});

test('an event is told by its name, and what a service provider is told too', async () => {
  const { url, report } = await startProxied((_request, response) => response.end('success'));
  await post(url, push('plain', { fields: { MsgType: 'event', Event: 'subscribe', MsgId: '' } }));
  expect(await report()).toMatchObject({ msgType: 'event', event: 'subscribe' });
  await post(url, {
    query: '',
    body: '<xml><AppId>wx1</AppId><CreateTime>1</CreateTime><InfoType>authorized</InfoType></xml>',
  });
  expect(await report()).toMatchObject({ msgType: 'event', event: 'authorized' });
});

const lookups: Record<string, LookupFunction> = {
  'a name that nobody knows': (_name, _options, done) => done(Object.assign(new Error(), { code: 'ENOTFOUND' }), ''),
  'a name server that does not answer': () => {},
  // Reserved for documents: nothing answers there, and nothing refuses.
  'an address without an answer': (_name, options, done) =>
    options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
};

test.each([
  ['a name that nobody knows', { outcome: 'dns_failure' }, 502],
  ['a name server that does not answer', { outcome: 'dns_timeout', durationMs: 200 }, 504],
])('%s is told apart', async (name, expected, status) => {
  const { url, report } = await startProxy(new URL('http://shop.example:8080/wechat'), {
    timeoutMs: 200,
    lookup: lookups[name] as LookupFunction,
  });
  expect((await post(url)).status).toBe(status);
  expect(await report()).toMatchObject({
    ...expected,
    host: 'shop.example:8080',
    errMsg: expect.stringContaining('DNS'),
  });
});

test('the time that a name takes is told, and a connection that is kept takes none', async () => {
  const backEnd = await startBackEnd((_request, response) => response.end('success'));
  closing.push(backEnd.close);
  const slowly: LookupFunction = (_name, options, done) => {
    setTimeout(() => lookups['an address without an answer']?.(_name, options, done), 30);
  };
  const { url, report } = await startProxy(new URL(`http://shop.example:${backEnd.url.port}/`), { lookup: slowly });
  await post(url);
  const first = await report();
  expect(first).toMatchObject({ outcome: 'ok', connectMs: expect.any(Number), firstByteMs: expect.any(Number) });
  expect(first.dnsMs).toBeGreaterThan(20);
  await post(url);
  const second = await report();
  expect([second.dnsMs, second.connectMs]).toEqual([undefined, undefined]);
});

test('a port where nothing listens refuses', async () => {
  const back = await startTcp(() => {});
  back.close();
  const { url, report } = await startProxy(back.url);
  expect((await post(url)).status).toBe(502);
  expect(await report()).toMatchObject({ outcome: 'connect_failure', reason: 'refused', host: back.url.host });
});

test('an address that answers nothing at all is a connection that takes too long', async () => {
  const { url, report } = await startProxy(new URL('http://192.0.2.1:8080/'), { timeoutMs: 200 });
  await post(url);
  const { outcome } = await report();
  // A machine without a way out says so at once.
  expect(['connect_timeout', 'connect_failure']).toContain(outcome);
});

test('something that does not speak TLS fails as TLS', async () => {
  const back = await startTcp((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 No\r\n\r\n')));
  closing.push(back.close);
  const { url, report } = await startProxy(new URL(`https://127.0.0.1:${back.url.port}/`));
  expect((await post(url)).status).toBe(502);
  expect(await report()).toMatchObject({ outcome: 'connect_failure', reason: 'tls' });
});

test.each([
  ['is reset before its answer', undefined, { outcome: 'connect_failure', reason: 'cut' }],
  [
    'is reset within its answer',
    'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nsucc',
    { outcome: 'connect_failure', reason: 'cut' },
  ],
  ['does not speak HTTP', 'SSH-2.0-OpenSSH\r\n', { outcome: 'invalid_response', reason: 'malformed' }],
])('a back end that %s is told, and the sender learns of it', async (_name, said, expected) => {
  const back = await startTcp((socket) =>
    socket.once('data', () => {
      if (said === undefined) socket.resetAndDestroy();
      else socket.write(said, () => setTimeout(() => socket.resetAndDestroy(), 50));
    }),
  );
  closing.push(back.close);
  const { url, report } = await startProxy(back.url);
  const answered = post(url).then((answer) => answer.text().then(() => answer.status));
  if (said?.startsWith('HTTP')) await expect(answered).rejects.toThrow();
  else expect(await answered).toBe(502);
  expect(await report()).toMatchObject(expected);
});

test('a kept connection that the back end closed is no failure: the message goes over a new one, once', async () => {
  let requests = 0;
  const back = await startTcp((socket) =>
    socket.on('data', () => {
      requests += 1;
      // The second on the same connection meets a closed door.
      if (requests === 2) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess');
    }),
  );
  closing.push(back.close);
  const { url, report } = await startProxy(back.url);
  for (let i = 0; i < 2; i++) {
    expect(await (await post(url)).text()).toBe('success');
    expect(await report()).toMatchObject({ outcome: 'ok' });
  }
  expect(requests).toBe(3);
});

test('an answer after the time is passed on, and counts as a timeout', async () => {
  const { url, report } = await startProxied(
    (_request, response) => {
      setTimeout(() => response.end('success'), 300);
    },
    { timeoutMs: 100 },
  );
  expect(await (await post(url)).text()).toBe('success');
  expect(await report()).toMatchObject({ outcome: 'request_timeout', durationMs: 100 });
});

/** Sends a message and leaves. */
async function leaveAfter(url: string, ms: number, from = Promise.resolve()): Promise<void> {
  const request: ClientRequest = httpRequest(`${url}/`, { method: 'POST' }).end(push().body);
  request.on('error', () => {});
  await from;
  await sleep(ms);
  request.destroy();
}

test('a sender that waits its time out leaves a timeout, and the back end sees it leave', async () => {
  let hasLeft = false;
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const { url, report } = await startProxied(
    (_request, response) => {
      arrive();
      response.once('close', () => {
        hasLeft = true;
      });
    },
    { timeoutMs: 400 },
  );
  // The proxy's clock starts when the message reaches it, which may take a busy machine a while.
  await leaveAfter(url, 380, arrived);
  const told = await report();
  expect(told).toMatchObject({ outcome: 'request_timeout', durationMs: 400 });
  expect(told.reason).toBeUndefined();
  await expect.poll(() => hasLeft).toBe(true);
});

test('a sender that leaves early is told as such', async () => {
  const { url, report } = await startProxied(() => {}, { timeoutMs: 5_000 });
  await leaveAfter(url, 100);
  const told = await report();
  expect(told).toMatchObject({ outcome: 'request_timeout', reason: 'sender_left' });
  expect(told.durationMs).toBeLessThan(4_000);
});

test('a late back end is answered for, gets its time, and its end is noted', async () => {
  let received = '';
  const { url, report, notices } = await startProxied(
    async (request, response) => {
      received = await text(request);
      setTimeout(() => response.end(reply()), 300);
    },
    { coverLateAtMs: 100, timeoutMs: 150 },
  );
  expect(await (await post(url)).text()).toBe('success');
  const covered = await report();
  expect(covered).toMatchObject({ outcome: 'ok', reason: 'covered' });
  expect(covered.status).toBeUndefined();
  await expect.poll(() => notices.map(({ kind }) => kind)).toEqual(['late_end']);
  expect(notices[0]?.words).toContain('answered 200');
  expect(received).toContain('hello');
});

test('a back end that was answered for takes nobody’s place, and only so many are answered for at once', async () => {
  const waiting: ServerResponse[] = [];
  const { url, report, notices } = await startProxied(
    (request, response) => {
      request.resume();
      waiting.push(response);
    },
    { coverLateAtMs: 50, timeoutMs: 400, maxInHand: 1, maxCovered: 1 },
  );
  const ask = async (id: string) => (await post(url, push('plain', { fields: { MsgId: id } }))).text();
  expect(await ask('1')).toBe('success');
  expect(await report()).toMatchObject({ reason: 'covered' });

  // The only place is free again; but one back end is at work on what was answered for it.
  const second = ask('2');
  expect(await report()).toMatchObject({ outcome: 'request_timeout' });
  for (const response of waiting.splice(0)) response.end('too late');
  expect(await second).toBe('too late');
  await expect.poll(() => notices.map(({ kind }) => kind)).toEqual(['late_end']);
  expect(await ask('3')).toBe('success');
  expect(await report()).toMatchObject({ reason: 'covered' });
  for (const response of waiting) response.end();
});

test('a forwarder that closes waits for what was answered for', async () => {
  const waiting: ServerResponse[] = [];
  const backEnd = await startBackEnd((_request, response) => waiting.push(response));
  closing.push(backEnd.close);
  const forwarder = createForwarder({
    ...{ upstream: backEnd.url, keys: {}, format: 'xml', mode: 'plain', coverLateAtMs: 50 },
    report: () => {},
  });
  const { url, stop } = await listen({ host: '127.0.0.1', port: 0 }, forwarder);
  expect(await (await post(url)).text()).toBe('success');
  let isStopped = false;
  const stopped = stop().then(() => {
    isStopped = true;
  });
  await sleep(50);
  expect(isStopped).toBe(false);
  for (const response of waiting) response.end('success');
  await stopped;
});

test.each([
  ['/', {}, '/wx123/callback?a=1'],
  ['/', { passPath: false }, '/?a=1'],
  ['/?own=1', {}, '/wx123/callback?own=1&a=1'],
  ['/wechat', {}, '/wechat?a=1'],
])('a back end at %s with %j is asked for %s', async (path, options, asked) => {
  let seen: string | undefined;
  const backEnd = await startBackEnd((request, response) => {
    seen = request.url;
    response.end('success');
  });
  closing.push(backEnd.close);
  const { url } = await startProxy(new URL(path, backEnd.url), options);
  expect((await fetch(`${url}/wx123/callback?a=1`, { method: 'POST', body: 'x' })).status).toBe(200);
  expect(seen).toBe(asked);
});

test('who is there is asked by the platform alone, passes to the back end and is no delivery', async () => {
  const asked: string[] = [];
  const { url, notices, reports } = await startProxied(
    (request, response) => {
      asked.push(request.url as string);
      response.end(new URL(request.url as string, 'http://x').searchParams.get('echostr'));
    },
    { keys: KEYS },
  );
  const ask = (nonce: string, timestamp: number, signedNonce = nonce) => {
    const signature = signPush(KEYS.token, String(timestamp), signedNonce);
    return fetch(`${url}?signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&echostr=4375120948345356249`);
  };
  expect(await (await ask('1', NOW / 1000)).text()).toBe('4375120948345356249');
  expect((await ask('1', NOW / 1000, '2')).status).toBe(403);
  expect((await ask('1', NOW / 1000 - 3_600)).status).toBe(403);
  expect((await fetch(url)).status).toBe(403);
  expect(asked).toHaveLength(1);
  expect(notices.map(({ kind }) => kind)).toEqual(['wrong_signature', 'outside_window', 'outside_window']);
  expect(reports).toEqual([]);
});

test.each([
  ['GET', 'content-length'],
  ['GET', 'transfer-encoding'],
  ['DELETE', 'content-length'],
  ['POST', 'content-length'],
])('a %s whose Connection names %s does not carry a second request in its body', async (method, named) => {
  const received: string[] = [];
  const back = await startTcp((socket) =>
    socket.on('data', (chunk) => {
      received.push(chunk.toString('latin1'));
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nsuccess');
    }),
  );
  closing.push(back.close);
  const { url } = await startProxy(back.url);
  const inner = 'POST /internal/admin HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n';
  const framing =
    named === 'content-length'
      ? [`Content-Length: ${inner.length}`, inner]
      : ['Transfer-Encoding: chunked', `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`];
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(
    `${method} /?a=1 HTTP/1.1\r\nHost: x\r\nConnection: close, ${named}\r\n${framing[0]}\r\n\r\n${framing[1]}`,
  );
  expect(await text(socket)).toContain('success');
  const [head, body] = received.join('').split(/\r\n\r\n([\s\S]*)/);
  expect(head?.toLowerCase()).toContain(`content-length: ${inner.length}`);
  expect(body).toBe(inner);
});

test('messages that come slowly take no place of those that wait for the back end', async () => {
  const { url } = await startProxied((_request, response) => response.end('success'), { maxInHand: 1 });
  const slow = httpRequest(`${url}/`, { method: 'POST', headers: { 'content-length': '10' }, agent: false });
  slow.on('error', () => {}).flushHeaders();
  await once(slow, 'socket');
  await sleep(50);
  expect(await (await post(url)).text()).toBe('success');
  slow.destroy();
});

test('a message that a back end was at work on is not sent again when it breaks off', async () => {
  let handled = 0;
  const back = await startTcp((socket) =>
    socket.on('data', () => {
      handled += 1;
      if (handled === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess');
      else setTimeout(() => socket.resetAndDestroy(), 400);
    }),
  );
  closing.push(back.close);
  const { url, report } = await startProxy(back.url);
  expect(await (await post(url)).text()).toBe('success');
  await report();
  expect((await post(url, push('plain', { fields: { MsgId: '2' } }))).status).toBe(502);
  expect(await report()).toMatchObject({ outcome: 'connect_failure', reason: 'cut' });
  expect(handled).toBe(2);
});

test('a back end that changes to another protocol did not answer', async () => {
  const back = await startTcp((socket) =>
    socket.once('data', () =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    ),
  );
  closing.push(back.close);
  const { url, report } = await startProxy(back.url);
  expect((await post(url)).status).toBe(502);
  expect(await report()).toMatchObject({ outcome: 'invalid_response', reason: 'malformed' });
});

test('a back end that answers in time is not answered for', async () => {
  const { url, report } = await startProxied((_request, response) => response.end(reply()), { coverLateAtMs: 200 });
  expect(await (await post(url)).text()).toBe(reply());
  await sleep(250);
  expect(await report()).not.toHaveProperty('reason');
});

test('a back end that has begun its answer is not answered for', async () => {
  const { url } = await startProxied(
    (_request, response) => {
      response.write('suc');
      setTimeout(() => response.end('cess'), 200);
    },
    { coverLateAtMs: 50 },
  );
  expect(await (await post(url)).text()).toBe('success');
});

test('a message that never reached the back end is not answered for', async () => {
  const { url, report } = await startProxy(new URL('http://shop.example/'), {
    lookup: () => {},
    coverLateAtMs: 50,
    timeoutMs: 150,
  });
  expect((await post(url)).status).toBe(504);
  expect(await report()).toMatchObject({ outcome: 'dns_timeout' });
});

test('a body over the limit is refused, declared or not', async () => {
  const { url, notices, reports } = await startProxied(
    (request, response) => {
      request.resume().on('end', () => response.end('success'));
    },
    { maxBodyBytes: 1_000_000 },
  );
  const large = Buffer.alloc(2_000_000);
  expect((await fetch(`${url}/`, { method: 'POST', body: large }).catch(() => ({ status: 413 }))).status).toBe(413);
  const undeclared = httpRequest(`${url}/`, { method: 'POST' });
  undeclared.on('error', () => {});
  const answered = once(undeclared, 'response') as Promise<[IncomingMessage]>;
  undeclared.write(large.subarray(0, 600_000));
  undeclared.write(large.subarray(0, 600_000));
  expect((await answered)[0].statusCode).toBe(413);
  undeclared.destroy();
  expect(notices.map(({ kind }) => kind)).toEqual(['too_large', 'too_large']);
  expect(reports).toEqual([]);
});

test('a back end that answers before it read a long message does not block the connection', async () => {
  const { url, report } = await startProxied((_request, response) => {
    response.writeHead(200, { connection: 'close' }).end('success');
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  closing.push(() => agent.destroy());
  for (const body of [Buffer.alloc(3_000_000), push().body]) {
    const request = httpRequest(`${url}/`, { method: 'POST', agent }).end(body);
    request.on('error', () => {});
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    await buffer(answer);
    await report();
  }
});

test('a message that does not end is no delivery, and the back end never hears of it', async () => {
  let asked = 0;
  const { url, notices, reports } = await startProxied(
    () => {
      asked += 1;
    },
    { timeoutMs: 100 },
  );
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n<xml>');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  const leaving = connect(Number(new URL(url).port), '127.0.0.1');
  leaving.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n<xml>', () => leaving.destroy());
  await expect.poll(() => notices.map(({ kind }) => kind)).toEqual(['incomplete', 'incomplete']);
  expect([asked, reports.length]).toEqual([0, 0]);
});

test('with a token only the methods of the platform pass', async () => {
  const { url, notices } = await startProxied((_request, response) => response.end(), { keys: KEYS });
  expect((await fetch(`${url}/`, { method: 'PUT', body: 'x' })).status).toBe(405);
  expect(notices.map(({ kind }) => kind)).toEqual(['wrong_method']);
});

test('content is reported only where that is switched on, and masked', async () => {
  const listener: RequestListener = (_request, response) => response.end(reply());
  const off = await startProxied(listener);
  await post(off.url);
  expect(await off.report()).not.toHaveProperty('content');
  const on = await startProxied(listener, { keepContent: true });
  await post(on.url);
  const { content } = await on.report();
  expect(content).toContain('<MsgType><![CDATA[text]]></MsgType>');
  expect(content).not.toContain(OPENID);
});

test('a report that fails does not cost the answer', async () => {
  const { url, notices } = await startProxied((_request, response) => response.end('success'), {
    report: () => {
      throw new Error('no');
    },
  });
  expect(await (await post(url)).text()).toBe('success');
  await expect.poll(() => notices.map(({ kind }) => kind)).toEqual(['fault']);
});

test('an HTTP/1.0 sender, as nginx is one, gets an answer it can read', async () => {
  const { url } = await startProxied((_request, response) => {
    response.write('suc');
    response.end('cess');
  });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(`POST / HTTP/1.0\r\nContent-Length: ${Buffer.byteLength(push().body)}\r\n\r\n${push().body}`);
  expect((await text(socket)).split('\r\n\r\n')[1]).toBe('success');
});

test('500 deliveries that hang are held, one more is turned away, and memory stays', async () => {
  const { url, notices, reports } = await startProxied(() => {}, { timeoutMs: 60_000 });
  const before = process.memoryUsage().rss;
  const sent = push();
  const requests = Array.from({ length: 500 }, () => {
    const request = httpRequest(`${url}/${sent.query}`, { method: 'POST', agent: false });
    request.on('error', () => {});
    return request.end(sent.body);
  });
  await sleep(1_500);
  const more = await fetch(`${url}/`, { method: 'POST', body: sent.body });
  expect(more.status).toBe(503);
  expect(notices.map(({ kind }) => kind)).toEqual(['overloaded']);
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 ** 2);
  for (const request of requests) request.destroy();
  await expect.poll(() => reports.length, { timeout: 10_000 }).toBe(500);
});

test('stopping waits for what is in hand', async () => {
  const held: ServerResponse[] = [];
  const backEnd = await startBackEnd((_request, response) => held.push(response));
  closing.push(backEnd.close);
  const reports: DeliveryReport[] = [];
  const forwarder = createForwarder({
    upstream: backEnd.url,
    keys: {},
    format: 'xml',
    mode: 'plain',
    report: (one) => reports.push(one),
  });
  const { url, stop } = await listen({ host: '127.0.0.1', port: 0 }, forwarder);
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok');
  const answered = post(url).then((answer) => answer.text());
  await expect.poll(() => held.length).toBe(1);
  const stopped = stop();
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  held[0]?.end('success');
  await stopped;
  expect(reports.length).toBe(1);
  expect(await answered).toBe('success');
});
