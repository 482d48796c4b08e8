import { request as ask } from 'node:http';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PushFields, type PushFormat, readDocument, writeDocument } from '@minilens/wechat/push/document';
import type { PushMode } from '@minilens/wechat/push/open-push';
import { signPush } from '@minilens/wechat/push/signature';
import { decrypt, encrypt } from '@wecom/crypto';
import express, { type RequestHandler } from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import { afterEach, describe, expect, test, vi } from 'vitest';
import WechatCrypto from 'wechat-crypto';
import { expressHandler } from './express.js';
import { fastifyPlugin } from './fastify.js';
import { FRAMEWORKS, listen, type Running, running } from './frameworks.fixture.js';
import { koaMiddleware } from './koa.js';
import {
  ACCOUNT,
  APPID,
  ENCODING_AES_KEY,
  MENU_CLICK,
  SECONDS,
  seal,
  startReceiver,
  TEXT,
  TOKEN,
  USER,
} from './receiver.fixture.js';
import type { ReceiverOptions } from './receiver.js';

const open: Running[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
});

/** A receiver that gives texts back. */
function startEcho(options: Partial<ReceiverOptions> = {}) {
  const started = startReceiver(options);
  started.receiver.on('text', (message, { reply }) => reply.text(message.Content));
  return started;
}

async function start(begin: Promise<Running>): Promise<string> {
  const server = await begin;
  open.push(server);
  return server.url;
}

interface Received {
  status: number;
  type: string | undefined;
  body: string;
}

/**
 * Sends a body in three pieces, some time apart, as a slow line does. Whoever refuses it may end the connection after the
 * answer, so what fails in sending from then on is no matter.
 */
function post(url: string, body: string | Buffer, headers: { [name: string]: string } = {}): Promise<Received> {
  const bytes = Buffer.from(body);
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const sending = ask(url, { method: 'POST', headers }, async (response) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const type = response.headers['content-type'];
      resolve({ status: response.statusCode as number, type, body: Buffer.concat(chunks).toString() });
    }).on('error', (error) => {
      if (!isAnswered) reject(error);
    });
    const third = Math.ceil(bytes.length / 3);
    sending.write(bytes.subarray(0, third));
    setTimeout(() => sending.write(bytes.subarray(third, 2 * third)), 5);
    setTimeout(() => sending.end(bytes.subarray(2 * third)), 10);
  });
}

interface Peer {
  encrypt(message: string): string;
  decrypt(text: string): { message: string; id: string };
}

const PEERS: { [name: string]: Peer } = {
  'wechat-crypto': new WechatCrypto(TOKEN, ENCODING_AES_KEY, APPID),
  '@wecom/crypto': {
    encrypt: (message) => encrypt(ENCODING_AES_KEY, message, APPID),
    decrypt: (text) => decrypt(ENCODING_AES_KEY, text),
  },
};

/** A push that was encrypted by other people's code. */
function sealWith(peer: Peer, fields: PushFields, mode: PushMode, format: PushFormat) {
  const Encrypt = peer.encrypt(writeDocument(fields, format));
  const [timestamp, nonce] = [String(SECONDS), '415670741'];
  const query = new URLSearchParams({
    signature: signPush(TOKEN, timestamp, nonce),
    timestamp,
    nonce,
    openid: USER,
    encrypt_type: 'aes',
    msg_signature: signPush(TOKEN, timestamp, nonce, Encrypt),
  });
  const readable = mode === 'compatible' ? fields : { ToUserName: ACCOUNT };
  return { query: String(query), body: writeDocument({ ...readable, Encrypt }, format) };
}

const MODES = ['plain', 'compatible', 'safe'] as const;
const FORMATS = ['xml', 'json'] as const;
const REPLY = { ToUserName: USER, FromUserName: ACCOUNT, MsgType: 'text', Content: TEXT.Content };

describe.each(Object.entries(FRAMEWORKS))('%s', (_name, begin) => {
  test.each(MODES.flatMap((mode) => FORMATS.map((format) => [mode, format] as const)))(
    'a message in %s mode and %s is answered in kind, whoever encrypts',
    async (mode, format) => {
      const { receiver, reports } = startEcho({ mode });
      const url = await start(begin(receiver));
      const types = { xml: 'application/xml', json: 'application/json' };
      if (mode === 'plain') {
        const { query, body } = seal(TEXT, { mode, format });
        const answer = await post(`${url}?${query}`, body, { 'content-type': 'text/xml' });
        expect(answer).toMatchObject({ status: 200, type: expect.stringContaining(types[format]) });
        expect(readDocument(answer.body)).toMatchObject({ format, fields: REPLY });
        expect(reports).toMatchObject([{ outcome: 'ok', status: 200 }]);
        return;
      }
      for (const peer of Object.values(PEERS)) {
        for (const { query, body } of [sealWith(peer, TEXT, mode, format), seal(TEXT, { mode, format })]) {
          const answer = await post(`${url}?${query}`, body, { 'content-type': types[format] });
          expect(answer).toMatchObject({ status: 200, type: expect.stringContaining(types[format]) });
          const { fields } = readDocument(answer.body);
          const opened = peer.decrypt(String(fields.Encrypt));
          expect(opened.id).toBe(APPID);
          expect(readDocument(opened.message)).toMatchObject({ format, fields: REPLY });
          const { TimeStamp, Nonce, Encrypt, MsgSignature } = fields;
          expect(MsgSignature).toBe(signPush(TOKEN, String(TimeStamp), String(Nonce), String(Encrypt)));
        }
      }
      expect(reports.map(({ outcome, attempt }) => [outcome, attempt])).toEqual([1, 2, 3, 4].map((n) => ['ok', n]));
    },
  );

  test('the console’s question is answered, and reported as nothing', async () => {
    const { receiver, reports } = startEcho();
    const url = await start(begin(receiver));
    const timestamp = String(SECONDS);
    const query = new URLSearchParams({ signature: signPush(TOKEN, timestamp, '7'), timestamp, nonce: '7' });
    const response = await fetch(`${url}?${query}&echostr=4375%2B120`);
    expect([response.status, await response.text()]).toEqual([200, '4375+120']);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(reports).toEqual([]);
  });

  test('success and refusals are plain text, whatever the type of the request says', async () => {
    const { receiver } = startEcho();
    const url = await start(begin(receiver));
    const { query, body } = seal(MENU_CLICK);
    const types = [{}, { 'content-type': 'application/octet-stream' }, { 'content-type': 'multipart/form-data' }];
    for (const headers of types)
      expect(await post(`${url}?${query}`, body, headers as { [name: string]: string })).toEqual({
        status: 200,
        type: 'text/plain; charset=utf-8',
        body: 'success',
      });
    expect(await post(`${url}?${query.replace('415670741', '1')}`, body)).toMatchObject({ status: 403 });
    expect(await post(url, '')).toMatchObject({ status: 403, body: expect.stringMatching(/\?\n$/) });
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405);
    expect((await fetch(url)).status).toBe(400);
  });

  test('a body that is too long is refused, and the connection goes on or ends in order', async () => {
    const { receiver, reports } = startEcho({ maxBodyBytes: 10_000 });
    const url = await start(begin(receiver));
    const { query, body } = seal(TEXT);
    expect(await post(`${url}?${query}`, Buffer.alloc(2_000_000, 'x'))).toMatchObject({ status: 413 });
    expect(await post(`${url}?${query}`, body)).toMatchObject({ status: 200 });
    expect(reports).toHaveLength(1);
  });

  test('a handler that fails shows nothing of its error', async () => {
    const { receiver, reports } = startReceiver();
    receiver.on('text', () => Promise.reject(new Error('password')));
    const url = await start(begin(receiver));
    const { query, body } = seal(TEXT);
    const answer = await post(`${url}?${query}`, body);
    expect(answer).toMatchObject({ status: 500, type: 'text/plain; charset=utf-8' });
    expect(answer.body).not.toContain('password');
    expect(reports).toMatchObject([{ outcome: 'bad_status', status: 500 }]);
  });

  test('a sender that leaves while the handler works is reported, one that leaves within its message is not', async () => {
    const { receiver, reports } = startReceiver();
    const called = vi.fn();
    let finish: (answer: string) => void = () => {};
    receiver.on('text', () => {
      called();
      return new Promise<string>((resolve) => {
        finish = resolve;
      });
    });
    const { port, pathname } = new URL(await start(begin(receiver)));
    const { query, body } = seal(TEXT);
    const head = `POST ${pathname}?${query} HTTP/1.1\r\nhost: shop.example\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;

    const half = createConnection(Number(port), '127.0.0.1');
    half.write(head + body.slice(0, 20));
    await sleep(20);
    half.destroy();
    const whole = createConnection(Number(port), '127.0.0.1');
    whole.write(head + body);
    await vi.waitFor(() => expect(called).toHaveBeenCalled());
    whole.destroy();
    await vi.waitFor(() =>
      expect(reports).toMatchObject([{ outcome: 'request_timeout', reason: 'sender_left', host: 'shop.example' }]),
    );
    finish('success');
    await sleep(20);
    expect(reports).toHaveLength(1);
  });
});

describe('behind a body parser', () => {
  const { query, body } = seal(TEXT);
  const xml = { 'content-type': 'text/xml' };

  test.each([
    ['that does not know the type', express.json()],
    ['of forms', express.urlencoded({ extended: true })],
    ['that leaves the text', express.text({ type: () => true })],
    ['that leaves the bytes', express.raw({ type: () => true })],
    [
      'that leaves an object beside the bytes',
      express.json({
        type: () => true,
        strict: false,
        verify: (request, _response, bytes) => Object.assign(request, { rawBody: bytes }),
      }),
    ],
  ] as [string, RequestHandler][])('%s, Express hands the message over', async (name, parser) => {
    const { receiver } = startEcho();
    const url = await start(listen(express().use(parser).use('/wechat', expressHandler(receiver))));
    const sent = name.includes('object') ? seal(TEXT, { format: 'json' }) : { query, body };
    expect(await post(`${url}?${sent.query}`, sent.body, xml)).toMatchObject({ status: 200 });
  });

  test('that leaves only an object, Express says what to do', async () => {
    const { receiver } = startEcho();
    const app = express()
      .use(express.json({ type: () => true }))
      .use('/wechat', expressHandler(receiver));
    const told = vi.fn();
    app.use(((error, _request, response, _next) => {
      told(error.message);
      response.status(500).end();
    }) as express.ErrorRequestHandler);
    const url = await start(listen(app));
    const { query, body } = seal(TEXT, { format: 'json' });
    expect((await post(`${url}?${query}`, body)).status).toBe(500);
    expect(told).toHaveBeenCalledWith(expect.stringContaining('Put the receiver before the parser'));
  });

  test.each([
    ['rawBody', async (request: object, text: string) => void Object.assign(request, { rawBody: text, body: {} })],
    ['text', async (request: object, text: string) => void Object.assign(request, { body: text })],
  ])('that leaves %s, Koa hands the message over', async (_name, leave) => {
    const { receiver } = startEcho();
    const app = new Koa()
      .use(async ({ req, request }, next) => {
        const chunks: Buffer[] = [];
        for await (const chunk of req) chunks.push(chunk);
        await leave(request, Buffer.concat(chunks).toString());
        await next();
      })
      .use(koaMiddleware(receiver));
    const url = await start(listen(app.callback()));
    expect(await post(`${url}?${query}`, body)).toMatchObject({ status: 200 });
  });

  test('Fastify’s other routes keep their parsers, and the receiver needs none', async () => {
    const { receiver, reports } = startEcho();
    const app = fastify();
    app.post('/orders', async (request) => request.body);
    await app.register(fastifyPlugin, { prefix: '/wechat', receiver });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const url = await start(Promise.resolve(running(app.server)));
    const json = { 'content-type': 'application/json' };
    expect((await post(url.replace('wechat', 'orders'), '{"a":1}', json)).body).toBe('{"a":1}');
    expect((await post(url.replace('wechat', 'orders'), '<a/>', xml)).status).toBe(415);
    expect((await post(`${url}?${query}`, body, xml)).status).toBe(200);
    // Without a network, as in tests of an app of one's own.
    expect(
      (await app.inject({ method: 'POST', url: `/wechat?${query}`, payload: body, headers: xml })).statusCode,
    ).toBe(200);
    expect(reports).toMatchObject([{ outcome: 'ok' }, { outcome: 'ok' }]);
  });
});
