import { ENDPOINTS } from '@minilens/wechat/endpoints';
import type { CloudCredentials } from '@minilens/wire/wechat-keys';
import { afterAll, beforeAll, expect, test } from 'vitest';
import cloud from 'wx-server-sdk';
import { envelopeOf, startTestServer, type TestServer } from '../../packages/server/src/testing/server.js';

// The SDK reads the clock of the machine, and signs a second before.
const NOW = Date.now();
const APPID = 'wx0123456789abcdef';
/** Noon of 20 March 2026 in China. */
const THEN = Date.UTC(2026, 2, 20, 4);
const DAY = { beginDate: '20260320', endDate: '20260320' };

let server: TestServer;
let url = '';
let secret = '';
let credentials: CloudCredentials;

beforeAll(async () => {
  server = await startTestServer(NOW);
  url = await server.listen();
  const app = await server.addApp(APPID);
  secret = app.secret;
  const bearer = { authorization: `Bearer ${secret}` };
  const history = JSON.stringify(envelopeOf(app, THEN));
  expect((await server.post(`/v1/import?app=${APPID}`, history, bearer)).status).toBe(200);
  await server.drain();
  credentials = (await server.post<CloudCredentials>(`/api/v1/apps/${APPID}/cloud-credentials`, {}, server.asOwner))
    .body;
});
afterAll(() => server.stop());

/** What the types that the SDK brings leave out. */
interface Sdk {
  /** `init` sets up one instance for the process; this makes more. */
  createNewInstance(config: object): { openapi: OpenApi };
}
type OpenApi = typeof cloud.openapi & ((options: { appid: string }) => typeof cloud.openapi);

/** The SDK as people have it: only the address and the credentials are ours. */
const openapi = (over: object = {}): OpenApi =>
  (cloud as unknown as Sdk).createNewInstance({ env: 'test', serviceUrl: `${url}/admin`, ...credentials, ...over })
    .openapi;

/** The same question put to the API itself. */
async function askDirectly(path: string, body: object): Promise<Record<string, unknown>> {
  const query = new URLSearchParams({ grant_type: 'client_credential', appid: APPID, secret });
  const { access_token } = (await server.get<{ access_token: string }>(`/cgi-bin/token?${query}`)).body;
  return (await server.post<Record<string, unknown>>(`${path}?access_token=${access_token}`, body)).body;
}

const plain = (answer: unknown) => JSON.parse(JSON.stringify(answer));

test('wx-server-sdk is answered as the API itself, in its own manner', async () => {
  const answer = plain(await openapi().analysis.getDailyVisitTrend(DAY));
  expect(answer).toEqual({
    list: [expect.objectContaining({ refDate: '20260320', sessionCnt: 1, visitPv: 1, visitUv: 1 })],
    errMsg: 'openapi.analysis.getDailyVisitTrend:ok',
    errCode: 0,
  });
  const { list } = await askDirectly(ENDPOINTS.getDailyVisitTrend.path, {
    begin_date: '20260320',
    end_date: '20260320',
  });
  const [item] = list as [Record<string, unknown>];
  const camel = (name: string) => name.replace(/_([a-z])/g, (_all, letter) => letter.toUpperCase());
  expect(answer.list).toEqual([Object.fromEntries(Object.entries(item).map(([name, value]) => [camel(name), value]))]);
});

test('an error of the API rejects with its code', async () => {
  await expect(openapi().analysis.getDailyVisitTrend({ beginDate: 'x', endDate: 'x' })).rejects.toMatchObject({
    errCode: 61500,
    errMsg: expect.stringMatching(/^openapi\.analysis\.getDailyVisitTrend:fail date format error rid: /),
  });
});

test('a call does not touch the tokens of the app, and an app that must sign its requests is answered', async () => {
  const query = new URLSearchParams({ grant_type: 'client_credential', appid: APPID, secret });
  const { access_token } = (await server.get<{ access_token: string }>(`/cgi-bin/token?${query}`)).body;
  await server.post(`/api/v1/apps/${APPID}/wechat-keys`, {}, server.asOwner);
  await server.put(`/api/v1/apps/${APPID}/wechat-security`, { mode: 'required' }, server.asOwner);
  expect(await openapi().analysis.getDailyVisitTrend(DAY)).toMatchObject({ errCode: 0 });
  const path = `${ENDPOINTS.getDailyVisitTrend.path}?access_token=${access_token}`;
  expect((await server.post(path, {})).body).toMatchObject({ errcode: 40231 });
  await server.put(`/api/v1/apps/${APPID}/wechat-security`, { mode: 'off' }, server.asOwner);
  server.clock.now = NOW + 300_000;
  expect((await server.post(path, {})).body).toMatchObject({ errcode: 47001 });
  server.clock.now = NOW;
});

test.each<[string, object]>([
  ['another secretKey', { secretKey: 'x' }],
  ['an unknown secretId', { secretId: 'AKID00000000000000000000000000000000' }],
])('%s is refused', async (_name, over) => {
  await expect(openapi(over).analysis.getDailyVisitTrend(DAY)).rejects.toMatchObject({
    errCode: -501001,
    errMsg: expect.stringContaining('The secretId is unknown here'),
  });
});

test('an API that is not there, and a call for another app, are refused', async () => {
  await expect(openapi().analysis.getNothing({})).rejects.toMatchObject({
    errCode: -501007,
    errMsg: expect.stringContaining('no API analysis.getNothing'),
  });
  await expect(
    openapi()({
      appid: 'wx00000000000000ff',
    }).analysis.getDailyVisitTrend(DAY),
  ).rejects.toMatchObject({
    errCode: -501007,
    errMsg: expect.stringContaining('not of wx00000000000000ff'),
  });
});

test('revoked credentials stop counting at once', async () => {
  const made = (await server.post<CloudCredentials>(`/api/v1/apps/${APPID}/cloud-credentials`, {}, server.asOwner))
    .body;
  expect(await openapi(made).analysis.getDailyVisitTrend(DAY)).toMatchObject({ errCode: 0 });
  await server.post(`/api/v1/apps/${APPID}/wechat-keys/revoke`, { serial: made.secretId }, server.asOwner);
  await expect(openapi(made).analysis.getDailyVisitTrend(DAY)).rejects.toMatchObject({ errCode: -501001 });
});
