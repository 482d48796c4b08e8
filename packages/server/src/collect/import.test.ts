import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Apps, createApps } from '../admin/apps.js';
import { createErasures } from '../admin/erasures.js';
import type { Identify } from '../admin/identify.js';
import { connectDb, type Db } from '../db/connect.js';
import { createEventCounters } from '../http/event-counters.js';
import { Refusal } from '../http/refusal.js';
import { envelopeOf } from '../testing/server.js';
import { createMemory } from './forgotten.js';
import { collectRoutes } from './routes.js';
import { openSpool, type Spool } from './spool.js';

const NOW = Date.UTC(2026, 2, 2, 4);
const now = () => NOW;

const directory = mkdtempSync(join(tmpdir(), 'minilens-import-'));
let spool: Spool;
let db: Db;
beforeAll(async () => {
  spool = openSpool(directory, { maxBytes: 1_000_000_000 });
  db = await connectDb(':memory:');
});
afterAll(async () => {
  await spool.close();
  await db.destroy();
  rmSync(directory, { recursive: true });
});

/** A server of one app that calls `before` with the number of each batch before it is taken. */
async function start(appid: string, before: (append: number, apps: Apps) => void | Promise<void>) {
  const apps = createApps(db, now);
  const app = await apps.add(appid, 'Shop');
  const counters = createEventCounters(spool);
  let appends = 0;
  const server = fastify();
  server.setErrorHandler(({ statusCode, body }: Refusal, _request, reply) => reply.code(statusCode).send(body));
  server.register(collectRoutes, {
    spool: {
      ...spool,
      append: async (of, decide) => {
        await before(++appends, apps);
        return spool.append(of, decide);
      },
    },
    apps,
    identify: { importer: async () => {} } as unknown as Identify,
    counters,
    rates: { perIp: 0, perApp: 0 },
    memory: createMemory(apps, createErasures(db, now)),
    now,
  });
  const payload = Array.from({ length: 250 }, () => JSON.stringify(envelopeOf(app, NOW))).join('\n');
  const importing = () => server.inject({ method: 'POST', url: `/v1/import?app=${appid}`, payload });
  return { server, counters, importing };
}

test('hours that are closed while an import is taken are closed for the rest of it', async () => {
  const appid = 'wx00000000000000aa';
  const { server, importing } = await start(appid, async (append, apps) => {
    if (append === 150) await apps.closeEventsBefore(appid, NOW);
  });
  expect((await importing()).json()).toEqual({ accepted: 600, dropped: { too_old: 150 } });
  await server.close();
});

test('an import that the spool stops midway says and counts what was taken, and the rest is taken when it comes again', async () => {
  const { server, counters, importing } = await start('wx00000000000000ab', (append) => {
    if (append === 150) throw new Refusal('SPOOL_FULL', 'Nothing was taken.');
  });
  expect((await importing()).json()).toEqual({
    code: 'SPOOL_FULL',
    message:
      'The spool takes no more for now. 199 of 250 lines were taken; send the same request again later: no event is taken twice.',
    retry: true,
  });
  expect(await counters.registry.metrics()).toContain('minilens_events_accepted_total 597');
  expect((await importing()).json()).toEqual({ accepted: 153, dropped: { duplicate: 597 } });
  await server.close();
});
