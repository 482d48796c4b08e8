import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectStore } from '@minilens/store/connect';
import { afterAll, expect, test } from 'vitest';
import { createAccounts } from '../admin/accounts.js';
import { openSpool } from '../collect/spool.js';
import { connectDb } from '../db/connect.js';
import { startTestServer } from '../testing/server.js';
import { createReadiness, type ReadinessDeps } from './readiness.js';

const NOW = Date.UTC(2026, 2, 2, 3, 30);
const directory = mkdtempSync(join(tmpdir(), 'minilens-readiness-'));
afterAll(() => rmSync(directory, { recursive: true }));

interface Answer {
  status: string;
  parts: { part: string; isReady: boolean }[];
}

test('a server whose parts are all well is ready for everything, until it is told to stop', async () => {
  const server = await startTestServer(NOW, { MINILENS_DRAIN_SECONDS: '1' });
  await server.prepare();
  await server.listen();
  const ask = (path: string) => server.get<Answer>(path);
  expect(await ask('/readyz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  for (const duty of ['collect', 'report', 'jobs']) expect((await ask(`/readyz?for=${duty}`)).status).toBe(200);
  expect((await ask('/readyz?for=dancing')).status).toBe(400);

  const stopped = server.stop();
  expect(await ask('/readyz?for=collect')).toMatchObject({ status: 503, body: { status: 'process: it is stopping' } });
  expect((await ask('/healthz')).status).toBe(200);
  await stopped;
});

/** Names of what is not ready, and the duties that miss it, when one part is broken. */
async function missing(over: Partial<ReadinessDeps>) {
  const db = await connectDb(':memory:');
  const spool = openSpool(mkdtempSync(join(directory, 'spool-')), { maxBytes: 1_048_576 });
  const store = connectStore({ path: mkdtempSync(join(directory, 'events-')) });
  await store.ping();
  const accounts = createAccounts(db, Date.now);
  const readiness = createReadiness({
    store,
    accounts,
    spool,
    dataDirectory: directory,
    isStorePrepared: () => true,
    isStoreFailing: () => false,
    ...over,
  });
  const parts = await readiness.look();
  for (const each of [store, spool]) await each.close();
  await db.destroy();
  return parts.filter(({ isReady }) => !isReady).map(({ part, neededFor }) => `${part} for ${neededFor}`);
}

test('with nothing broken nothing is missing', async () => {
  expect(await missing({})).toEqual([]);
});

test('an event store that is away stops reports and jobs, and no collecting', async () => {
  const away = connectStore({ urls: ['http://127.0.0.1:9'] });
  expect(await missing({ store: away })).toEqual(['event store for report,jobs']);
  await away.close();
});

test('a schema that is not there yet stops reports and jobs', async () => {
  expect(await missing({ isStorePrepared: () => false })).toEqual(['schema for report,jobs']);
});

test('accounts that are away stop reports and jobs', async () => {
  const db = await connectDb(':memory:');
  const accounts = createAccounts(db, Date.now);
  await db.destroy();
  expect(await missing({ accounts })).toEqual(['accounts for report,jobs']);
});

test('a full spool stops collecting', async () => {
  const spool = openSpool(mkdtempSync(join(directory, 'full-')), { maxBytes: 4_096 });
  await spool.append({ app: 'wx00000000000000aa', session: 's' }, () => ({
    ledger: undefined,
    batches: ['{}'],
    result: undefined,
  }));
  expect(await missing({ spool })).toEqual(['spool for collect']);
  await spool.close();
});

test('a data directory that cannot be read stops collecting', async () => {
  expect(await missing({ dataDirectory: join(directory, 'nowhere') })).toEqual(['disk for collect']);
});
