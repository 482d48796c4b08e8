import { once } from 'node:events';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { ENDPOINTS } from '@minilens/wechat/endpoints';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Account,
  type Provider,
  startWechatServer,
  type WechatServer,
} from '../../packages/server/src/wechat/wechat-server.fixture.js';

/** Noon of 24 November 2026 in China. */
const NOW = Date.UTC(2026, 10, 24, 4);
const BODY = '{"begin_date":"20261123","end_date":"20261123"}';
const ANSWER =
  '{"list":[{"ref_date":"20261123","session_cnt":0,"visit_pv":0,"visit_uv":0,"visit_uv_new":0,"stay_time_uv":0,"stay_time_session":0,"visit_depth":0}]}';

let server: WechatServer;
let url: URL;
let account: Account;
let provider: Provider;
let path = '';

beforeAll(async () => {
  server = await startWechatServer(NOW);
  url = new URL(await server.listen());
  [account, provider] = [await server.newAccount(), await server.newProvider()];
  path = `${ENDPOINTS.getDailyVisitTrend.path}?access_token=${account.token}`;
});
afterAll(() => server.stop());

/** One request over a connection of its own, with just these headers beside those HTTP wants. */
async function send(body: string | Buffer, headers: Record<string, string> = {}, more: RequestOptions = {}) {
  const { hostname, port } = url;
  const sent = httpRequest({ hostname, port, method: 'POST', path, headers, agent: false, ...more });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

const EXPECTED = {
  status: 200,
  headers: expect.objectContaining({ 'content-type': 'application/json; encoding=utf-8' }),
  body: ANSWER,
};

test.each<[string, Record<string, string>]>([
  ['JSON', { 'content-type': 'application/json' }],
  ['JSON in UTF-8', { 'content-type': 'application/json; charset=UTF-8' }],
  ['a form, as some PHP does', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['plain text, as fetch does', { 'content-type': 'text/plain;charset=UTF-8' }],
  ['bytes', { 'content-type': 'application/octet-stream' }],
  ['nothing at all', {}],
  ['nonsense', { 'content-type': ';;' }],
])('a body that the client calls %s is read', async (_name, headers) => {
  expect(await send(BODY, headers)).toEqual(EXPECTED);
});

test.each<[string, Record<string, string>]>([
  ['sends its body in chunks', { 'transfer-encoding': 'chunked' }],
  ['closes its connection', { connection: 'close' }],
  ['keeps its connection', { connection: 'keep-alive' }],
  ['takes gzip', { 'accept-encoding': 'gzip, deflate, br' }],
  ['takes only pages', { accept: 'text/html' }],
  ['waits until it may go on', { expect: '100-continue' }],
  ['stands behind a proxy', { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' }],
])('a client that %s is answered', async (_name, headers) => {
  const answer = await send(BODY, headers);
  expect(answer).toEqual(EXPECTED);
  expect(answer.headers['content-encoding']).toBeUndefined();
  if (headers.connection !== 'keep-alive') return;
  expect(answer.headers.connection).toBe('keep-alive');
});

test('a body may begin with a byte order mark, and hold text in any script', async () => {
  expect(await send(`\uFEFF${BODY}`)).toEqual(EXPECTED);
  expect(await send(BODY.replace('{', '{"备注":"二次","\\u5907":"😀",'))).toEqual(EXPECTED);
});

/** What comes back for these bytes until the server closes. */
async function sendBytes(bytes: string): Promise<string> {
  const socket = connect(Number(url.port), url.hostname);
  socket.write(bytes);
  return text(socket);
}

test('HTTP/1.0 without a host is answered and the connection closed', async () => {
  const answer = await sendBytes(`POST ${path} HTTP/1.0\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(answer.split('\r\n\r\n')[1]).toBe(ANSWER);
  expect(answer).not.toMatch(/transfer-encoding/i);
});

test('two requests that are sent at once over one connection are answered one after the other', async () => {
  const head = (more: string) => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${BODY.length}\r\n${more}\r\n`;
  const answer = await sendBytes(`${head('')}${BODY}${head('Connection: close\r\n')}${BODY}`);
  expect(answer.split(ANSWER)).toHaveLength(3);
});

test('asking for the head only is answered without a body', async () => {
  const answer = await send('', {}, { method: 'HEAD' });
  expect(answer).toEqual({ ...EXPECTED, body: '' });
});

test.each(['access_token', 'component_access_token'])('a provider sends its token as %s', async (name) => {
  const asked = JSON.stringify({ component_appid: provider.appid });
  const query = `${ENDPOINTS.createPreAuthCode.path}?${name}=${provider.token}`;
  const { status, body } = await send(asked, {}, { path: query });
  expect([status, JSON.parse(body)]).toEqual([
    200,
    { pre_auth_code: expect.stringMatching(/^preauthcode@@@/), expires_in: 600 },
  ]);
});

test('what goes wrong is told with status 200 whatever the client speaks', async () => {
  const error = (errcode: number, errmsg: string) => ({
    ...EXPECTED,
    body: `{"errcode":${errcode},"errmsg":"${errmsg} rid: ${server.rid()}"}`,
  });
  expect(await send('')).toEqual(error(44002, 'empty post data'));
  expect(await send('', { 'transfer-encoding': 'chunked' })).toEqual(error(44002, 'empty post data'));
  expect(await send('begin_date=20261123')).toEqual(error(47001, 'data format error'));
  expect(await send('x'.repeat(70_000), { 'transfer-encoding': 'chunked' })).toEqual(error(47001, 'data format error'));
  expect(await send(BODY, {}, { path: ENDPOINTS.getDailyVisitTrend.path })).toEqual(
    error(41001, 'access_token missing'),
  );
  expect(await send('', {}, { method: 'GET' })).toEqual(error(43002, 'require POST method'));
  expect(await send('', {}, { method: 'TRACE' })).toEqual(error(43002, 'require POST method'));
});
