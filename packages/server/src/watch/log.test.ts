import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectStore, execute } from '@minilens/store/connect';
import { afterEach, expect, test, vi } from 'vitest';
import { openSpool } from '../collect/spool.js';
import { createServer } from '../main.js';
import { loadSettings } from '../settings.js';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';
import { createLog, describeError } from './log.js';

const NOW = Date.UTC(2026, 2, 2, 3, 30);
const APPID = 'wx00000000000000aa';

/** Stands in everything that must not be written down, and in nothing else. */
const MARK = 'Marked';

/** The machine may be busy. */
const PATIENCE = { timeout: 15_000 };
vi.setConfig({ testTimeout: 60_000 });

let server: TestServer | undefined;
afterEach(() => server?.stop());

/** A log at its most talkative, and what it wrote. */
function listen() {
  const lines: string[] = [];
  return { lines, log: createLog('trace', { write: (line: string) => lines.push(line) }) };
}

const marked = (over: Record<string, unknown> = {}) => ({
  tags: { plan: `${MARK}Tag` },
  device: { platform: 'ios', version: '1.0.0', model: `${MARK}Model` },
  session: { id: `${MARK}Session`, startAt: NOW - 60_000, user: `${MARK}User-1`, scene: 1001, entry: `${MARK}/entry` },
  events: [
    { n: 1, at: NOW - 60_000, kind: 'page_show', page: `pages/${MARK}` },
    {
      n: 2,
      at: NOW - 50_000,
      kind: 'error',
      name: 'TypeError',
      errMsg: `${MARK} is undefined`,
      stack: `at ${MARK} (a.js:1:2)`,
    },
    { n: 3, at: NOW - 40_000, kind: 'user', openid: `${MARK}Openid`, props: `{"phone":"${MARK}"}` },
    { n: 4, at: 'soon', kind: `${MARK}Kind` },
  ],
  ...over,
});

test('good, bad and failing requests leave no word of what they carried in the log', async () => {
  const { lines, log } = listen();
  server = await startTestServer(NOW, {}, log);
  const app = await server.addApp(APPID);
  const asStranger = { authorization: `Bearer ${MARK}Bearer`, cookie: `minilens_login=${MARK}Cookie` };

  const good = envelopeOf(app, NOW, marked() as never);
  expect((await server.post('/v1/collect', good)).status).toBe(200);
  await server.post('/v1/collect', { ...good, key: `k_${MARK}` }, asStranger);
  await server.post('/v1/collect', `{"${MARK}": `);
  await server.post('/v1/collect', { ...good, v: MARK });
  await server.get(`/${MARK}?openid=${MARK}`, asStranger);
  await server.get(`/%${MARK}?secret=${MARK}`);
  await server.get(`/cgi-bin/token?appid=${APPID}&secret=${MARK}&grant_type=client_credential`);
  await server.post(`/datacube/getweanalysisappiddailyvisittrend?access_token=${MARK}`, `{"begin_date":"${MARK}"}`);
  await server.post('/api/v1/login', { login: `${MARK}Login`, password: `${MARK}Password` });
  await server.post('/api/v1/setup', { token: MARK, login: `${MARK}Login`, password: `${MARK}Password` });
  server.startLoading();
  await expect.poll(async () => (await server?.get('/metrics'))?.body, PATIENCE).toContain('minilens_spool_batches 0');
  const range = 'from=2026-03-01&to=2026-03-02';
  const records = `/api/v1/apps/${APPID}/interfaces/${MARK}/records?${range}`;
  expect((await server.get(`${records}&user=${MARK}User-1`, server.asOwner)).status).toBe(200);
  expect((await server.get(`${records}&ip=${MARK}`, server.asOwner)).status).toBe(400);

  const engine = connectStore({ path: join(server.data, 'events') });
  await execute(engine, 'DROP TABLE events');
  await engine.close();
  const failed = await server.get<{ message: string }>(`${records}&user=${MARK}User-1`, server.asOwner);
  expect(failed).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
  await server.post('/v1/collect', { ...good, session: { ...good.session, id: `${MARK}Session2` } });
  await expect.poll(() => lines.join(''), PATIENCE).toContain('A block was not loaded');

  const line = lines.map((text) => JSON.parse(text)).find(({ msg }) => msg === 'A request failed');
  expect(line).toMatchObject({
    level: 50,
    route: '/api/v1/apps/:app/interfaces/:name/records',
    code: 'INTERNAL',
    durationMs: expect.any(Number),
    err: { type: 'UNKNOWN_TABLE', stack: expect.any(Array) },
  });
  expect(failed.body.message).toContain(`under request ${line.reqId}.`);
  expect(lines.join('')).not.toContain(MARK);
  expect(lines.join('')).not.toContain('127.0.0.1');
});

test('a batch that the engine refuses is named by the kind of its fault, and stays in the spool with its words', async () => {
  const data = mkdtempSync(join(tmpdir(), 'minilens-log-'));
  const spool = openSpool(join(data, 'spool'), { maxBytes: 1_048_576 });
  const batch = `{"app":"${APPID}","events":"${MARK}`;
  await spool.append({ app: APPID, session: 's' }, () => ({ ledger: undefined, batches: [batch], result: undefined }));
  await spool.close();
  const { lines, log } = listen();
  const refusing = await createServer(loadSettings({ MINILENS_DATA: data }, data), { log });
  await refusing.drain();
  await refusing.close();
  expect(lines.map((text) => JSON.parse(text))).toMatchObject([
    { msg: expect.stringContaining('set aside'), type: expect.stringMatching(/PARSE|READ/) },
  ]);
  expect(lines.join('')).not.toContain(MARK);
  rmSync(data, { recursive: true });
});

test("of an error its class, code, place and cause are written down, and no message but the system's", () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED clickhouse:8123'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  });
  const error = Object.assign(new TypeError(`${MARK}\n    at ${MARK} (app.js:1:2)`, { cause }), {
    code: `${MARK} quoted`,
  });
  const described = describeError(error);
  expect(described).toMatchObject({
    name: 'TypeError',
    cause: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED clickhouse:8123' },
  });
  expect(described.stack?.[0]).toContain('log.test.ts');
  expect(JSON.stringify(described)).not.toContain(MARK);
  expect(describeError(MARK)).toEqual({ name: 'string' });
});

test('a line that is an error, or quotes one or an address, says neither', () => {
  const { lines, log } = listen();
  const error = new Error(MARK);
  log.error(error);
  log.error({ err: error }, MARK);
  log.warn({ err: error });
  log.info(`Reply was already sent in "/a?secret=${MARK}"`);
  log.info({ req: { method: 'GET', url: `/${MARK}`, headers: { cookie: MARK }, ip: MARK } }, 'incoming request');
  expect(lines).toHaveLength(5);
  expect(lines.join('')).not.toContain(MARK);
});
