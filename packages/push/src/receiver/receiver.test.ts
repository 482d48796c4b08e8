import { setTimeout as sleep } from 'node:timers/promises';
import { expect, expectTypeOf, test, vi } from 'vitest';
import type { Answer } from './handlers.js';
import {
  ACCOUNT,
  APPID,
  ENCODING_AES_KEY,
  MENU_CLICK,
  NOW,
  push,
  readReply,
  SECONDS,
  seal,
  startReceiver,
  TEXT,
  TICKET,
  TOKEN,
  USER,
} from './receiver.fixture.js';

/** A handler that is not done before the test says so. */
function held() {
  let finish: (answer: Answer) => void = () => {};
  const answer = new Promise<Answer>((resolve) => {
    finish = resolve;
  });
  return { answer, finish };
}

test('the console’s question who is there is answered with its echostr, unchanged', async () => {
  const { receiver, reports } = startReceiver({ now: () => 1_714_036_504_000 });
  const query = {
    signature: 'f464b24fc39322e44b38aa78f5edd27bd1441696',
    timestamp: '1714036504',
    nonce: '1514711492',
    echostr: '4375120948345356249',
  };
  expect(await receiver.handle({ method: 'GET', query, body: '' })).toEqual({
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    body: '4375120948345356249',
  });
  expect(await receiver.handle({ method: 'GET', query: { ...query, nonce: '1' }, body: '' })).toMatchObject({
    status: 403,
    body: expect.stringContaining('token'),
  });
  expect(reports).toEqual([]);
});

test('a text is answered with the reply its handler makes', async () => {
  const { receiver, reports } = startReceiver();
  receiver.on('text', async (message, { reply }) => reply.text(`You wrote ${message.Content}`));
  const { status, body } = await push(receiver, TEXT);
  expect(status).toBe(200);
  expect(body).toMatch(/^<xml><Encrypt>/);
  expect(readReply(body)).toEqual({
    ToUserName: USER,
    FromUserName: ACCOUNT,
    CreateTime: String(SECONDS),
    MsgType: 'text',
    Content: 'You wrote 你好 <&> ]]>',
  });
  expect(reports).toEqual([
    {
      at: NOW,
      delivery: expect.stringMatching(/^[\w-]{16}$/),
      messageKey: expect.stringMatching(/^[0-9a-f]{32}$/),
      attempt: 1,
      msgType: 'text',
      host: 'shop.example',
      outcome: 'ok',
      durationMs: expect.any(Number),
      firstByteMs: expect.any(Number),
      status: 200,
      receivedBytes: Buffer.byteLength(body),
    },
  ]);
});

test('the names of handlers give them the types of their messages', () => {
  const { receiver } = startReceiver();
  receiver
    .on('text', ({ Content }) => void expectTypeOf(Content).toEqualTypeOf<string>())
    .on('location', ({ Location_X }) => void expectTypeOf(Location_X).toEqualTypeOf<number>())
    .on(
      'subscribe',
      ({ kind, Event }) => void expectTypeOf([kind, Event] as const).toExtend<readonly ['event', string]>(),
    )
    .on('component_verify_ticket', (event) => void expectTypeOf(event.ComponentVerifyTicket).toEqualTypeOf<string>())
    .on('any', ({ kind }) => void expectTypeOf<'text'>().toExtend<typeof kind>());
});

test.each([
  ['an event goes to the handler of its name', ['CLICK', 'event', 'any'], MENU_CLICK, 'CLICK'],
  ['then to that of all events', ['subscribe', 'event', 'any'], MENU_CLICK, 'event'],
  ['then to that of everything', ['subscribe', 'text', 'any'], MENU_CLICK, 'any'],
  [
    'a service provider’s event goes by its InfoType',
    ['component_verify_ticket', 'component'],
    TICKET,
    'component_verify_ticket',
  ],
  ['or to all of these', ['authorized', 'component', 'event'], TICKET, 'component'],
  ['an unknown type goes to others', ['other', 'text'], { ...TEXT, MsgType: 'hologram' }, 'other'],
  ['an event called text goes to no handler of texts', ['text'], { ...MENU_CLICK, Event: 'text' }, undefined],
  ['nor one called as an InfoType', ['authorized'], { ...MENU_CLICK, Event: 'authorized' }, undefined],
  ['nor one called as what every object has', ['text'], { ...MENU_CLICK, Event: '__proto__' }, undefined],
])('%s', async (_name, names, fields, expected) => {
  const { receiver } = startReceiver();
  const called: string[] = [];
  for (const name of names) receiver.on(name, () => void called.push(name));
  expect((await push(receiver, fields)).body).toBe('success');
  expect(called).toEqual(expected === undefined ? [] : [expected]);
});

test('a name has one handler', () => {
  const { receiver } = startReceiver();
  receiver.on('text', () => {});
  expect(() => receiver.on('text', () => {})).toThrow('a handler for text already');
});

test.each([
  ['nothing', undefined, 'success'],
  ['success', 'success', 'success'],
  ['an empty text', '', ''],
])(
  'a handler that returns %s is answered for in plain, though the message was encrypted',
  async (_name, answer, body) => {
    const { receiver, reports } = startReceiver();
    receiver.on('text', () => answer);
    expect(await push(receiver, TEXT)).toMatchObject({ status: 200, body });
    expect(reports).toMatchObject([{ outcome: 'ok' }]);
  },
);

test('fields of a JSON reply of its own are a reply too', async () => {
  const { receiver, reports } = startReceiver();
  receiver.on('debug_demo', () => ({ demo_resp: 'good luck' }));
  const { headers, body } = await push(receiver, { ...MENU_CLICK, Event: 'debug_demo' }, { format: 'json' });
  expect(headers['content-type']).toBe('application/json');
  expect(readReply(body)).toEqual({ demo_resp: 'good luck' });
  expect(reports).toMatchObject([{ outcome: 'ok', msgType: 'event', event: 'debug_demo' }]);
});

test.each([
  [
    'the addresses are not swapped',
    { ToUserName: ACCOUNT, FromUserName: USER, CreateTime: 1, MsgType: 'text', Content: 'a' },
    'not_swapped',
  ],
  [
    'there is no content',
    { ToUserName: USER, FromUserName: ACCOUNT, CreateTime: 1, MsgType: 'text', Content: '' },
    'empty_content',
  ],
  ['success is in quotes', '"success"', 'quoted_success'],
  ['it is some text', 'Hello', 'text'],
])('a handler is told when %s', async (_name, answer, reason) => {
  for (const mode of ['plain', 'safe'] as const) {
    const { receiver, reports, logged } = startReceiver();
    receiver.on('text', () => answer);
    expect((await push(receiver, TEXT, { mode })).status).toBe(200);
    expect(reports).toMatchObject([{ outcome: 'invalid_response', reason, errMsg: expect.any(String) }]);
    expect(logged.map(({ words }) => words)).toEqual([`text in attempt 1 came to ${reason}: ${reports[0]?.errMsg}`]);
  }
});

test('a handler that fails is answered for with 500 and one sentence; its error goes to the log only', async () => {
  const { receiver, reports, logged } = startReceiver();
  const error = new Error(`password of ${USER}`);
  receiver.on('text', () => {
    throw error;
  });
  const answer = await push(receiver, TEXT);
  expect(answer).toMatchObject({ status: 500, body: 'The message could not be handled.\n' });
  expect(reports).toMatchObject([{ outcome: 'bad_status', status: 500 }]);
  expect(JSON.stringify(reports)).not.toContain(USER);
  expect(logged[0]).toEqual({ words: 'The handler of text failed.', error });
});

test('a handler that returns what is no answer is told so', async () => {
  const { receiver, logged } = startReceiver();
  receiver.on('text', () => 42 as unknown as string);
  expect((await push(receiver, TEXT)).status).toBe(500);
  expect(String(logged[0]?.error)).toContain('It returned number');
});

test.each([
  ['another token', { token: 'BBBBB' }, 403],
  ['another key', { encodingAesKey: 'B'.repeat(43) }, 400],
  ['another AppID', { appid: 'wx0000000000000000' }, 403],
  ['a timestamp of eleven minutes ago', { timestamp: SECONDS - 660 }, 403],
  ['a timestamp eleven minutes ahead', { timestamp: SECONDS + 660 }, 403],
])('a push with %s is refused and reaches no handler', async (_name, sealing, status) => {
  const { receiver, logged } = startReceiver({ mode: 'safe' });
  const handler = vi.fn();
  receiver.on('any', handler);
  const answer = await push(receiver, TEXT, sealing);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatch(/\.\n$|\?\n$/);
  expect(handler).not.toHaveBeenCalled();
  expect(logged).toHaveLength(1);
});

test('what was signed is a delivery, even if it does not decrypt; what was not is none', async () => {
  const { receiver, reports } = startReceiver();
  await push(receiver, TEXT, { token: 'BBBBB' });
  await push(receiver, TEXT, { timestamp: SECONDS - 660 });
  await receiver.handle({ method: 'POST', query: '', body: '<xml/>' });
  expect(reports).toEqual([]);
  await push(receiver, TEXT, { encodingAesKey: 'B'.repeat(43) });
  expect(reports).toMatchObject([
    { msgType: 'unread', outcome: 'bad_status', status: 400, errMsg: expect.stringContaining('EncodingAESKey') },
  ]);
});

test('a window may be narrower', async () => {
  const { receiver } = startReceiver({ replayWindowMs: 5_000 });
  expect((await push(receiver, TEXT, { timestamp: SECONDS - 5 })).status).toBe(200);
  expect((await push(receiver, MENU_CLICK, { timestamp: SECONDS - 6 })).status).toBe(403);
});

test('safe mode takes nothing that is not encrypted', async () => {
  const { receiver } = startReceiver({ mode: 'safe' });
  expect((await push(receiver, TEXT, { mode: 'plain' })).status).toBe(400);
});

test.each([
  ['PUT', { method: 'PUT', body: '' }, 405],
  ['HEAD', { method: 'HEAD', body: '' }, 405],
  ['a browser that looks', { method: 'GET', body: '' }, 400],
  ['what is no document', { method: 'POST', body: 'hello' }, 400],
  ['a document type', { method: 'POST', body: '<!DOCTYPE a [<!ENTITY b "c">]><xml><MsgType>&b;</MsgType></xml>' }, 400],
  ['what is longer than any message', { method: 'POST', body: 'x'.repeat(300_000) }, 413],
  ['as long in bytes', { method: 'POST', body: Buffer.alloc(300_000) }, 413],
])('%s is refused with a sentence', async (_name, request, status) => {
  const { receiver } = startReceiver();
  const { query } = seal(TEXT, { mode: 'plain' });
  const asked = request.method === 'GET' ? '' : query;
  const answer = await receiver.handle({ ...request, query: asked });
  expect(answer).toMatchObject({ status, body: expect.stringMatching(/\.\n$/) });
});

test('a message that is sent again while its handler runs gets the same answer, and the handler runs once', async () => {
  const { receiver, reports } = startReceiver();
  const { answer, finish } = held();
  const handler = vi.fn(() => answer);
  receiver.on('text', handler);
  const first = push(receiver, TEXT);
  const second = push(receiver, TEXT);
  finish({ ToUserName: USER, FromUserName: ACCOUNT, CreateTime: 1, MsgType: 'text', Content: 'once' });
  const third = push(receiver, TEXT);
  const bodies = (await Promise.all([first, second, third])).map(({ body }) => readReply(body).Content);
  expect(bodies).toEqual(['once', 'once', 'once']);
  expect(handler).toHaveBeenCalledTimes(1);
  expect(reports.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  expect(new Set(reports.map(({ messageKey }) => messageKey)).size).toBe(1);
  expect(new Set(reports.map(({ delivery }) => delivery)).size).toBe(3);
});

test('an event is known by its user and second; another key of a menu is another event', async () => {
  const { receiver } = startReceiver();
  const keys: (string | undefined)[] = [];
  receiver.on('CLICK', ({ EventKey }) => void keys.push(EventKey));
  for (const EventKey of ['orders', 'orders', 'help']) await push(receiver, { ...MENU_CLICK, EventKey });
  await push(receiver, { ...MENU_CLICK, CreateTime: SECONDS + 1 });
  expect(keys).toEqual(['orders', 'help', 'orders']);
});

test('a handler that failed runs again when the message comes again', async () => {
  const { receiver } = startReceiver();
  const handler = vi.fn().mockRejectedValueOnce(new Error('no database')).mockResolvedValue('success');
  receiver.on('text', handler);
  expect((await push(receiver, TEXT)).status).toBe(500);
  expect((await push(receiver, TEXT)).status).toBe(200);
  expect((await push(receiver, TEXT)).status).toBe(200);
  expect(handler).toHaveBeenCalledTimes(2);
});

test('processes that share a memory run a handler once among them', async () => {
  const answers = new Map<string, Promise<string>>();
  const once = (key: string, work: () => Promise<string>) => {
    const answer = answers.get(key) ?? work();
    answers.set(key, answer);
    return answer;
  };
  const handler = vi.fn(() => 'success');
  const receivers = [1, 2].map(() => startReceiver({ once }).receiver.on('text', handler));
  for (const receiver of receivers) expect((await push(receiver, TEXT)).body).toBe('success');
  expect(handler).toHaveBeenCalledTimes(1);
});

test('a memory that fails is told in the log, and answered for with 500', async () => {
  const error = new Error('connection refused');
  const { receiver, logged } = startReceiver({ once: () => Promise.reject(error) });
  expect((await push(receiver, TEXT)).status).toBe(500);
  expect(logged[0]?.error).toBe(error);
});

test('a late handler is reported when the time is over, and its answer is there for the next attempt', async () => {
  const { receiver, reports } = startReceiver({ timeoutMs: 1_000 });
  const { answer, finish } = held();
  receiver.on('text', () => answer);
  expect((await push(receiver, TEXT)).status).toBe(503);
  expect(reports).toMatchObject([{ outcome: 'request_timeout', durationMs: 1_000, attempt: 1 }]);
  expect(reports[0]?.reason).toBeUndefined();
  finish('success');
  expect(await push(receiver, TEXT)).toMatchObject({ status: 200, body: 'success' });
  expect(reports).toMatchObject([{}, { outcome: 'ok', attempt: 2 }]);
});

test('a late handler can be covered: success is answered, and the handler goes on', async () => {
  const { receiver, reports, logged } = startReceiver({ coverLateAtMs: 20 });
  const { answer, finish } = held();
  const done = vi.fn();
  receiver.on('text', () => answer.then(done));
  expect(await push(receiver, TEXT)).toMatchObject({ status: 200, body: 'success' });
  expect(reports).toMatchObject([{ outcome: 'ok', reason: 'covered' }]);
  finish('success');
  await sleep(1);
  expect(done).toHaveBeenCalled();
  expect(logged).toEqual([]);
});

test('a handler that fails after its time is still told in the log', async () => {
  const { receiver, logged } = startReceiver({ coverLateAtMs: 10 });
  const error = new Error('late and wrong');
  const { answer, finish } = held();
  receiver.on('text', () => answer.then(() => Promise.reject(error)));
  await push(receiver, TEXT);
  finish('success');
  await vi.waitFor(() => expect(logged).toEqual([{ words: 'The handler of text failed.', error }]));
});

test('a sender that leaves is reported with the time it waited', async () => {
  const { receiver, reports } = startReceiver();
  const { answer, finish } = held();
  receiver.on('text', () => answer);
  const { query, body } = seal(TEXT);
  const exchange = receiver.begin({ method: 'POST', query });
  const answering = exchange.answer(body);
  exchange.end(false);
  exchange.end(true);
  expect(reports).toMatchObject([{ outcome: 'request_timeout', reason: 'sender_left' }]);
  expect(reports[0]).not.toHaveProperty('status');
  finish('success');
  await answering;
  expect(reports).toHaveLength(1);
});

test('a sender that leaves in the last tenth of its time has waited it out: the rest passed on the way', async () => {
  const { receiver, reports } = startReceiver({ timeoutMs: 1_000 });
  const { answer, finish } = held();
  receiver.on('text', () => answer);
  const { query, body } = seal(TEXT);
  const exchange = receiver.begin({ method: 'POST', query });
  const answering = exchange.answer(body);
  await sleep(920);
  exchange.end(false);
  expect(reports).toMatchObject([{ outcome: 'request_timeout', durationMs: 1_000 }]);
  expect(reports[0]).not.toHaveProperty('reason');
  finish('success');
  await answering;
});

test('a report that throws costs no answer', async () => {
  const { receiver, logged } = startReceiver({
    report: () => {
      throw new Error('disk full');
    },
  });
  expect((await push(receiver, TEXT)).status).toBe(200);
  expect(logged[0]?.words).toBe('A delivery could not be reported.');
});

test('a service provider hears of tickets and authorisations, and of messages to his accounts', async () => {
  const { receiver, reports } = startReceiver({ mode: 'safe' });
  const heard: string[] = [];
  receiver
    .on('component_verify_ticket', ({ ComponentVerifyTicket }) => void heard.push(ComponentVerifyTicket))
    .on('unauthorized', ({ AuthorizerAppid }) => heard.push(AuthorizerAppid))
    .on('text', (message, { path, reply }) => {
      heard.push(path);
      return reply.text(message.Content);
    });
  expect((await push(receiver, TICKET)).body).toBe('success');
  const gone = { AppId: APPID, CreateTime: SECONDS, InfoType: 'unauthorized', AuthorizerAppid: 'wx1234567890abcdef' };
  expect((await push(receiver, gone)).body).toBe('success');
  const path = '/messages/wx1234567890abcdef';
  const { body } = await receiver.handle({ method: 'POST', path, ...seal(TEXT) });
  expect(readReply(body).Content).toBe(TEXT.Content);
  expect(heard).toEqual(['ticket@@@1', 'wx1234567890abcdef', path]);
  expect(reports.map(({ msgType, event, outcome }) => [msgType, event, outcome])).toEqual([
    ['event', 'component_verify_ticket', 'ok'],
    ['event', 'unauthorized', 'ok'],
    ['text', undefined, 'ok'],
  ]);
});

test('names from outside begin no line of the log', async () => {
  const { receiver, logged } = startReceiver();
  receiver.on('any', () => 'no');
  await push(receiver, { ...MENU_CLICK, Event: 'a\nb' });
  expect(logged[0]?.words).toMatch(/^event a\?b in attempt 1/);
});

test.each([
  ['a token that is none', { token: 'a b' }, 'token must be'],
  ['a key that is none', { encodingAesKey: 'short' }, 'encodingAesKey must be'],
  ['safe mode without a key', { mode: 'safe', encodingAesKey: undefined }, 'Safe mode takes an encodingAesKey'],
  ['a cover that comes too late', { coverLateAtMs: 5_000 }, 'coverLateAtMs must be less'],
] as const)('%s stops the start', (_name, options, words) => {
  expect(() => startReceiver(options as Parameters<typeof startReceiver>[0])).toThrow(words);
});

test('without a key, compatible mode is answered in plain', async () => {
  const { receiver } = startReceiver({ encodingAesKey: undefined as unknown as string });
  receiver.on('text', (_message, { reply }) => reply.text('plain'));
  const { body } = await push(receiver, TEXT, { mode: 'compatible', token: TOKEN, encodingAesKey: ENCODING_AES_KEY });
  expect(body).toContain('<Content><![CDATA[plain]]></Content>');
});
