import { signTc3 } from '@minilens/wechat/cloud/tc3';
import Fastify from 'fastify';
import protobuf from 'protobufjs/light.js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createApps } from '../../admin/apps.js';
import { createSealedColumns } from '../../db/sealed-columns.js';
import { openTestDb } from '../../testing/database.js';
import { createTokenStore } from '../access-tokens.js';
import { createUsedMessages } from '../security/used-messages.js';
import { createWechatKeys } from '../security/wechat-keys.js';
import { cloudCall } from './cloud-call.js';
import { createLentTokens, type LentTokens } from './lent-tokens.js';

// Calls are signed here field by field, to get wrong what the SDK gets right; the SDK itself has its tests in test/sdk.

const APPID = 'wx0123456789abcdef';
const NOW = Date.UTC(2026, 10, 24, 23, 59, 30);
const NOW_S = NOW / 1000;
const HOST = '127.0.0.1:8321';
const BOUNDARY = '----boundary';

let now = NOW;
let lentTokens: LentTokens;
let credentials: { secretId: string; secretKey: string };
const app = Fastify();

beforeAll(async () => {
  const db = await openTestDb();
  await createApps(db, () => now).add(APPID, 'Shop');
  const keys = createWechatKeys(db, createSealedColumns(Buffer.alloc(32)), () => now);
  credentials = await keys.issueCloud(APPID);
  lentTokens = createLentTokens(db, createTokenStore(db));
  // Behind it stand APIs that answer what they were asked, with bodies as they came.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.all('/*', async (request, reply) => {
    const { access_token, ...query } = request.query as Record<string, string>;
    const found = await lentTokens.tokens.find(access_token ?? '', now);
    reply.header('content-type', 'text/plain; charset=utf-8');
    return JSON.stringify({ path: request.url.split('?')[0], query, body: request.body, found });
  });
  await app.register(cloudCall, { keys, usedMessages: createUsedMessages(db, () => now), lentTokens, now: () => now });
});
afterAll(() => app.close());
beforeEach(() => {
  now = NOW;
});

const root = protobuf.Root.fromJSON({
  nested: {
    Pair: { fields: { key: { id: 1, type: 'string' }, value: { id: 2, type: 'bytes' } } },
    Data: { fields: { pairs: { id: 1, type: 'Pair', rule: 'repeated' } } },
    Request: {
      fields: { apiType: { id: 1, type: 'int32' }, data: { id: 2, type: 'Data' }, appid: { id: 6, type: 'string' } },
    },
    Response: {
      fields: {
        respData: { id: 1, type: 'bytes' },
        contentType: { id: 2, type: 'string' },
        errorCode: { id: 3, type: 'int32' },
      },
    },
  },
});

const encodeArgs = (args: Record<string, string>, more: object = {}) => {
  const pairs = Object.entries(args).map(([key, value]) => ({ key, value: Buffer.from(value) }));
  return Buffer.from(
    root
      .lookupType('Request')
      .encode({ data: { pairs }, ...more })
      .finish(),
  );
};

interface Call {
  apiName: string;
  requestData: Buffer;
  action: string;
  timestamp: number;
  expires: string;
  date: string;
  secretId: string;
  secretKey: string;
  signedParams: string[];
  signedHeaders: string[];
  /** What is sent otherwise than it was signed. */
  change(sent: Sent): { url?: string; headers?: Record<string, string>; body?: Buffer };
}

interface Sent {
  url: string;
  headers: Record<string, string>;
  body: Buffer;
}

let seq = 0;

function callOf(over: Partial<Call> = {}) {
  const call: Call = {
    apiName: 'analysis.getDailyVisitTrend',
    requestData: encodeArgs({ begin_date: '"20260320"' }),
    action: 'wx.openApi',
    timestamp: NOW_S,
    expires: '600',
    date: '2026-11-24',
    signedParams: ['action', 'apiname', 'requestdata'],
    signedHeaders: ['content-type', 'host'],
    change: () => ({}),
    ...credentials,
    ...over,
  };
  const fields = { action: call.action, apiName: call.apiName, requestData: call.requestData };
  const part = ([name, value]: [string, string | Buffer]) =>
    Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
      Buffer.from(value as string),
      Buffer.from('\r\n'),
    ]);
  const query = `env=test&seqId=${++seq}`;
  const { date, signedParams, signedHeaders, timestamp } = call;
  const scope = { date, service: 'tcb', signedParams, signedHeaders };
  const headers = { host: HOST, 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
  const params = new Map(
    Object.entries(fields).map(([name, value]) => [name.toLowerCase(), Buffer.from(value as string)]),
  );
  const signature = signTc3(
    { url: `//${HOST}/admin`, query, headers: new Map(Object.entries(headers)), params, timestamp },
    scope,
    call.secretKey,
  );
  const sent: Sent = {
    url: `/admin?${query}`,
    headers: {
      ...headers,
      authorization: `TC3-HMAC-SHA256 Credential=${call.secretId}/${date}/tcb/tc3_request, SignedParams=${signedParams.join(';')}, SignedHeaders=${signedHeaders.join(';')}, Signature=${Buffer.from(signature).toString('hex')}`,
      'x-timestamp': String(timestamp),
      'x-signature-expires': call.expires,
    },
    body: Buffer.concat([...Object.entries(fields).map(part), Buffer.from(`--${BOUNDARY}--\r\n`)]),
  };
  const { headers: changed, ...rest } = call.change(sent);
  return { ...sent, ...rest, headers: { ...sent.headers, ...changed } };
}

async function send({ url, headers, body }: Sent) {
  const answer = await app.inject({ method: 'POST', url, headers, payload: body });
  expect(answer.statusCode).toBe(200);
  if (answer.headers['content-type'] === 'application/json; charset=utf-8') return answer.json();
  const { respData, ...rest } = root.lookupType('Response').decode(answer.rawPayload) as unknown as {
    respData: Buffer;
  };
  return { ...rest, asked: JSON.parse(respData.toString()) };
}

const ask = (over: Partial<Call> = {}) => send(callOf(over));

test('a call reaches the API behind with a token of its app, for this call only', async () => {
  expect(await ask()).toEqual({
    contentType: 'text/plain; charset=utf-8',
    asked: {
      path: '/datacube/getweanalysisappiddailyvisittrend',
      query: {},
      body: '{"begin_date":"20260320","beginDate":"20260320"}',
      found: expect.objectContaining({ appid: APPID, kind: 'account' }),
    },
  });
  const token = await lentTokens.lend(APPID, async (lent) => lent);
  expect([await lentTokens.tokens.find(token, now), lentTokens.isLent(token)]).toEqual(['invalid', false]);
});

test('an API that is asked by its query is given texts and numbers as a client writes them', async () => {
  const requestData = encodeArgs({
    date: '"20261124"',
    begintime: '1790000000',
    trace_id: '"a\\"b&c"',
    access_token: '"x"',
  });
  const { asked } = await ask({ apiName: 'operation.realtimelogSearch', requestData });
  expect(asked).toMatchObject({
    path: '/wxaapi/userlog/userlog_search',
    query: { date: '20261124', begintime: '1790000000', traceId: 'a"b&c' },
    found: { appid: APPID },
  });
});

test('numbers too large for JavaScript reach the API as they are', async () => {
  const requestData = encodeArgs({ n: '12345678901234567890' });
  expect((await ask({ requestData })).asked.body).toBe('{"n":12345678901234567890}');
});

const REFUSED = { code: 'SIGN_PARAM_INVALID', message: expect.any(String), requestId: expect.any(String) };

test.each<[string, Partial<Call>]>([
  ['a signature of another key', { secretKey: 'x' }],
  ['credentials that are unknown here', { secretId: 'AKID0' }],
  ['the day of another time zone', { date: '2026-11-25' }],
  [
    'a body that changed on the way',
    {
      change: ({ body }) => ({ body: Buffer.from(body.toString('latin1').replace('20260320', '20260321'), 'latin1') }),
    },
  ],
  ['a query that changed on the way', { change: ({ url }) => ({ url: `${url}0` }) }],
  ['another host', { change: () => ({ headers: { host: 'elsewhere.example' } }) }],
  ['a field that is not signed', { signedParams: ['action', 'apiname'] }],
  ['a host that is not signed', { signedHeaders: ['content-type'] }],
  [
    'a wrong signature over a header no call has',
    { signedHeaders: ['content-type', 'host', '__proto__'], secretKey: 'x' },
  ],
  ['no signature', { change: () => ({ headers: { authorization: '' } }) }],
  ['another kind of signature', { change: () => ({ headers: { authorization: 'Bearer x' } }) }],
  ['no time', { change: () => ({ headers: { 'x-timestamp': '' } }) }],
  ['a time that is too old', { timestamp: NOW_S - 601 }],
  ['a time that is to come', { timestamp: NOW_S + 301, date: '2026-11-25' }],
  ['a time older than it may be', { timestamp: NOW_S - 11, expires: '10' }],
  ['a time whose end is further than any may be', { timestamp: NOW_S - 601, expires: '99999' }],
])('a call with %s is refused', async (_name, over) => {
  expect(await ask(over)).toEqual(REFUSED);
});

test.each<[string, Partial<Call>, string]>([
  ['an API that is not there', { apiName: 'analysis.getNothing' }, 'INVALID_PARAM'],
  ['another action', { action: 'wx.wxPayApi' }, 'INVALID_PARAM'],
  ['what is no message', { requestData: Buffer.from([0xff, 0xff, 0xff]) }, 'INVALID_PARAM'],
  ['another kind of message', { requestData: encodeArgs({}, { apiType: 2 }) }, 'INVALID_PARAM'],
  ['the AppID of another', { requestData: encodeArgs({}, { appid: 'wx00000000000000ff' }) }, 'INVALID_PARAM'],
  ['an argument that is no JSON', { requestData: encodeArgs({ a: '1,"b":2' }) }, 'INVALID_PARAM'],
  ['no form', { change: () => ({ headers: { 'content-type': 'application/json' } }) }, 'INVALID_COMMON_PARAM'],
  ['half a form', { change: ({ body }) => ({ body: body.subarray(0, 200) }) }, 'INVALID_COMMON_PARAM'],
  [
    'a field twice',
    { change: ({ body }) => ({ body: Buffer.concat([body.subarray(0, -BOUNDARY.length - 6), body]) }) },
    'INVALID_COMMON_PARAM',
  ],
  ['a body that is too large', { requestData: Buffer.alloc(140_000) }, 'INVALID_COMMON_PARAM'],
])('a call with %s is refused as such', async (_name, over, code) => {
  expect(await ask(over)).toMatchObject({ code });
});

test('the same call does not count twice, and is too old once that is forgotten', async () => {
  const sent = callOf();
  expect(await send(sent)).toMatchObject({ asked: expect.anything() });
  expect(await send(sent)).toMatchObject({ code: 'SIGN_PARAM_INVALID', message: expect.stringContaining('before') });
  now = NOW + 600_999;
  expect(await send(sent)).toMatchObject({ message: expect.stringContaining('before') });
  now = NOW + 602_000;
  expect(await send(sent)).toMatchObject({ message: expect.stringContaining('expired') });
});
