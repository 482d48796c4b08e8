import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import type { Server as NetServer, Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '@minilens/store/ask';
import { dropClones } from '@minilens/store/backup';
import { connectStore } from '@minilens/store/connect';
import { migrate } from '@minilens/store/migrate';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { type Logger, pino } from 'pino';
import { createAccounts } from './admin/accounts.js';
import { createApps, REMEMBER_MS } from './admin/apps.js';
import { createErasures } from './admin/erasures.js';
import { createIdentify } from './admin/identify.js';
import { hashSecret } from './admin/secrets.js';
import { clonePrefix, createBackup } from './backup/make-backup.js';
import { refuseHalfRestored } from './backup/restore.js';
import { createMemory } from './collect/forgotten.js';
import { createLoader } from './collect/loader.js';
import { openSpool } from './collect/spool.js';
import { connectDb } from './db/connect.js';
import { buildApp } from './http/build-app.js';
import { createEventCounters } from './http/event-counters.js';
import { createErase } from './jobs/erase.js';
import { createKeepJob } from './jobs/keep-job.js';
import { createRollupJobs } from './jobs/rollup-job.js';
import { startJobs } from './jobs/schedule.js';
import { type Settings, storeLocation } from './settings.js';
import { createTokenStore } from './wechat/access-tokens.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Sessions nobody reported on for this long after their events are past are forgotten, so that a repeated import finds its own. Unit: days. */
const REMEMBER_SESSIONS_DAYS = 40;

/** How long requests in hand may take to end when the server stops. Unit: ms. */
const GRACE_MS = 5_000;

export interface Server {
  app: FastifyInstance;
  /** What the command line sends as bearer token. */
  localToken: string;
  /** Path of the page that makes the first account; undefined when there is one. */
  setupPath: string | undefined;
  /** Starts loading and jobs, and listens. Gives the address. */
  listen(): Promise<string>;
  /** Starts loading only, for a command that brings batches. */
  startLoading(): void;
  /** Drops what is past, as the daily job does. */
  dropPast(): Promise<void>;
  /** Batches that wait in the spool. */
  pendingBatches(): number;
  /** Loads everything that is in the spool into the store. */
  drain(): Promise<void>;
  /** Stops taking, finishes what is in hand, closes the files. */
  close(): Promise<void>;
}

/** Builds the whole server from its settings: the one place where everything is put together. */
export async function createServer(
  settings: Settings,
  { now = Date.now, log = pino({ level: settings.logLevel }) }: { now?: () => number; log?: Logger } = {},
): Promise<Server> {
  refuseHalfRestored(settings.data);
  mkdirSync(settings.data, { recursive: true });
  chmodSync(settings.data, 0o700);
  const db = await connectDb(settings.data);
  // One connection runs one statement at a time: loading, rolling up and questions must not wait for each other.
  const location = storeLocation(settings);
  const [loading, rollingUp, store] = [connectStore(location), connectStore(location), connectStore(location)];
  const spool = openSpool(join(settings.data, 'spool'));
  const prepareStore = untilItSucceeds(async () => {
    await migrate(loading);
    await dropClones(loading, clonePrefix(spool));
  });
  // A server somewhere else may be down for a while: the collector takes batches all the same.
  if ('path' in location) await prepareStore();
  const apps = createApps(db, now);
  const erasures = createErasures(db, now);
  const memory = createMemory(apps, erasures);
  const loader = createLoader({ spool, store: loading, memory, prepareStore, log });
  const rollupJobs = createRollupJobs(
    rollingUp,
    now,
    async (appid) => (await apps.find(appid))?.keeping.eventsFrom ?? 0,
  );
  // A store of its own has one collector; on a ClickHouse server others may load too, and remember for a while.
  const untilOthersKnow = 'path' in location ? async () => {} : () => sleep(2 * REMEMBER_MS);
  const keepJob = createKeepJob({ store: rollingUp, apps, loader, rollupJobs, untilOthersKnow, log, now });
  const accounts = createAccounts(db, now);
  const localToken = randomBytes(24).toString('base64url');
  const setupToken = (await accounts.isEmpty()) ? randomBytes(16).toString('base64url') : undefined;
  const identify = createIdentify(accounts, apps, localToken);

  const app = await buildApp({
    log,
    trustProxy: settings.trustProxy,
    tls: readTls(settings),
    dataDirectory: settings.data,
    publicUrl: settings.publicUrl,
    setupTokenHash: setupToken && hashSecret(setupToken),
    spool,
    store,
    apps,
    accounts,
    identify,
    counters: createEventCounters(spool),
    rollupJobs,
    erase: createErase({ store: rollingUp, spool, apps, erasures, loader, rollupJobs, untilOthersKnow }),
    isEmbedded: 'path' in location,
    makeBackup: createBackup({
      openStore: () => connectStore(location),
      isEmbedded: 'path' in location,
      spool,
      copyAccounts: async (path) => void (await sql`VACUUM INTO ${path}`.execute(db)),
      loader,
      rollupJobs,
      now,
    }),
    memory,
    now,
    wechat: {
      now,
      random: Math.random,
      tokens: createTokenStore(db),
      verifySecret: (appid, secret) => apps.verifySecret(appid, secret),
      visitTrend: async (appid, period) => {
        const [trend] = await ask(store, {
          app: appid,
          ...period,
          timezone: 'Asia/Shanghai',
          metrics: [
            'session_cnt',
            'visit_pv',
            'visit_uv',
            'visit_uv_new',
            'stay_time_uv',
            'stay_time_session',
            'visit_depth',
          ],
        });
        if (trend === undefined) throw new Error(`The visit trend of ${appid} had no answer`);
        return trend;
      },
    },
  });

  const connections = watchConnections(app.server);
  let stopJobs = async () => {};

  return {
    app,
    localToken,
    setupPath: setupToken && `/setup?token=${setupToken}`,
    startLoading: () => loader.start(),
    listen: async () => {
      const address = await app.listen({ host: settings.host, port: settings.port });
      loader.start();
      const jobs = startJobs(
        [
          { name: 'roll up', everyMs: 10_000, run: rollupJobs.rollUpDirty },
          { name: 'sweep replaced rollups', everyMs: HOUR_MS, run: rollupJobs.sweep },
          {
            name: 'forget sessions',
            everyMs: HOUR_MS,
            run: async () => {
              const keptDays = Math.max(60, ...(await apps.list()).map(({ keeping }) => keeping.eventsDays));
              return spool.forgetSessions(Math.floor(now() / DAY_MS) - keptDays - REMEMBER_SESSIONS_DAYS);
            },
          },
          // Whoever has just brought history has time to say how long to keep it.
          { name: 'drop what is past', everyMs: DAY_MS, firstAfterMs: HOUR_MS, run: keepJob },
        ],
        log,
        now,
      );
      stopJobs = () => jobs.stop();
      return address;
    },
    dropPast: () => keepJob(new AbortController().signal),
    pendingBatches: () => spool.pending().batches,
    drain: () => loader.drain(),
    close: async () => {
      // Whoever is still sending has had their time.
      const cutting = setTimeout(connections.cut, GRACE_MS);
      await app.close();
      clearTimeout(cutting);
      await stopJobs();
      await loader.stop();
      await spool.close();
      for (const each of [loading, rollingUp, store]) await each.close();
      await db.destroy();
    },
  };
}

function readTls({ tlsCert, tlsKey }: Settings) {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const read = (variable: string, path: string) => {
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new Error(`${variable} names ${path}, which cannot be read: ${(cause as Error).message}`, { cause });
    }
  };
  return { cert: read('MINILENS_TLS_CERT', tlsCert), key: read('MINILENS_TLS_KEY', tlsKey) };
}

/** Knows every connection, also one that has not said a word yet, which Node's own list leaves out. */
function watchConnections(server: NetServer): { cut(): void } {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Runs until it has succeeded once; from then on it is done. */
function untilItSucceeds(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= run().catch((error) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}
