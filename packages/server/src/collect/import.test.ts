import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApps } from '../admin/apps.js';
import { createErasures } from '../admin/erasures.js';
import type { Identify } from '../admin/identify.js';
import { connectDb, type Db } from '../db/connect.js';
import { createEventCounters } from '../http/event-counters.js';
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

test('hours that are closed while an import is taken are closed for the rest of it', async () => {
  const apps = createApps(db, now);
  const app = await apps.add('wx00000000000000aa', 'Shop');
  let appends = 0;
  const server = fastify();
  server.register(collectRoutes, {
    spool: {
      ...spool,
      append: async (of, decide) => {
        appends += 1;
        if (appends === 150) await apps.closeEventsBefore(app.appid, NOW);
        return spool.append(of, decide);
      },
    },
    apps,
    identify: { importer: async () => {} } as unknown as Identify,
    counters: createEventCounters(spool),
    rates: { perIp: 0, perApp: 0 },
    memory: createMemory(apps, createErasures(db, now)),
    now,
  });
  const lines = Array.from({ length: 250 }, () => JSON.stringify(envelopeOf(app, NOW)));
  const answer = await server.inject({
    method: 'POST',
    url: `/v1/import?app=${app.appid}`,
    payload: lines.join('\n'),
  });
  expect(answer.json()).toEqual({ accepted: 600, dropped: { too_old: 150 } });
  await server.close();
});
