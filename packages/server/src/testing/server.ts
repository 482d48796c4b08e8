import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope } from '@minilens/wire/envelope';
import type { NewApp } from '@minilens/wire/report-api';
import { type Logger, pino } from 'pino';
import { inject } from 'vitest';
import { connectDb, connectPostgres, type Db } from '../db/connect.js';
import { createServer, type Server } from '../main.js';
import { loadSettings } from '../settings.js';
import { newDatabaseUrl } from './database.js';

/** A whole server on real engines in a directory of its own, answering through `inject`, with a clock the test holds. */
export interface TestServer extends Server {
  /** The data directory. */
  data: string;
  clock: { now: number };
  get<T = unknown>(path: string, headers?: Record<string, string>): Promise<{ status: number; body: T }>;
  post<T = unknown>(
    path: string,
    payload: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: T }>;
  put<T = unknown>(
    path: string,
    payload: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: T }>;
  asOwner: { authorization: string };
  /** The accounts database, once more. */
  openDb(): Promise<Db>;
  addApp(appid: string): Promise<NewApp>;
  stop(): Promise<void>;
}

/**
 * Keeps accounts in SQLite, or in PostgreSQL where the tests of the project `postgres` ask.
 *
 * @param env settings beside the data directory.
 * @param random where answers hold random numbers, and the test wants to know them.
 */
export async function startTestServer(
  now: number,
  env: Record<string, string> = {},
  log: Logger = pino({ level: process.env.TEST_LOG ?? 'silent' }),
  random = Math.random,
): Promise<TestServer> {
  const data = mkdtempSync(join(tmpdir(), 'minilens-server-'));
  cpSync(inject('emptyStore'), join(data, 'events'), { recursive: true, verbatimSymlinks: true });
  const clock = { now };
  const databaseUrl = await newDatabaseUrl();
  const given = { MINILENS_DATA: data, MINILENS_PORT: '0', MINILENS_DATABASE_URL: databaseUrl, ...env };
  const server = await createServer(loadSettings(given, data), {
    now: () => clock.now,
    log,
    random,
  });
  const asOwner = { authorization: `Bearer ${server.localToken}` };
  const send = async (
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    headers: Record<string, string>,
    payload?: unknown,
  ) => {
    const body = typeof payload === 'string' || payload === undefined ? payload : JSON.stringify(payload);
    const response = await server.app.inject({
      method,
      url,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { payload: body }),
    });
    const isJson = /json/.test(String(response.headers['content-type']));
    return { status: response.statusCode, body: isJson ? response.json() : response.body };
  };
  return {
    ...server,
    data,
    clock,
    asOwner,
    get: (path, headers = {}) => send('GET', path, headers),
    post: (path, payload, headers = {}) => send('POST', path, headers, payload),
    put: (path, payload, headers = {}) => send('PUT', path, headers, payload),
    openDb: () => (databaseUrl === undefined ? connectDb(data) : connectPostgres(databaseUrl)),
    addApp: async (appid) => (await send('POST', '/api/v1/apps', asOwner, { appid })).body,
    stop: async () => {
      await server.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

let sessions = 0;

/** A batch as an agent would post it: three events of a new session that began a minute ago. */
export function envelopeOf(app: { appid: string; key: string }, now: number, over: Partial<Envelope> = {}): Envelope {
  const startAt = now - 60_000;
  return {
    v: 1,
    app: app.appid,
    key: app.key,
    agent: '0.1.0',
    sentAt: now,
    session: {
      id: `session-${String(++sessions).padStart(6, '0')}`,
      startAt,
      user: 'user-00000001',
      scene: 1001,
      entry: 'pages/index/index',
    },
    device: { platform: 'ios', version: '1.0.0' },
    events: [
      { n: 1, at: startAt, kind: 'launch' },
      { n: 2, at: startAt, kind: 'page_show', page: 'pages/index/index' },
      {
        n: 3,
        at: startAt + 5_000,
        kind: 'call',
        name: 'requestPayment',
        outcome: 'fail',
        durationMs: 40,
        errMsg: 'requestPayment:fail no money',
      },
    ],
    ...over,
  };
}
