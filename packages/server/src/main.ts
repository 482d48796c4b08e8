import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '@minilens/store/ask';
import { connectStore } from '@minilens/store/connect';
import { migrate } from '@minilens/store/migrate';
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { createAccounts } from './admin/accounts.js';
import { createApps } from './admin/apps.js';
import { createIdentify } from './admin/identify.js';
import { hashSecret } from './admin/secrets.js';
import { createLoader } from './collect/loader.js';
import { openSpool } from './collect/spool.js';
import { connectDb } from './db/connect.js';
import { buildApp } from './http/build-app.js';
import { createEventCounters } from './http/event-counters.js';
import { createRollupIds, rollUpDirty, sweepReplaced } from './jobs/rollup-job.js';
import { startJobs } from './jobs/schedule.js';
import type { Settings } from './settings.js';
import { createTokenStore } from './wechat/access-tokens.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Sessions nobody reported on for this long are forgotten. Longer than events are kept, so that a repeated import finds its own. Unit: days. */
const REMEMBER_SESSIONS_DAYS = 100;

export interface Server {
  app: FastifyInstance;
  /** What the command line sends as bearer token. */
  localToken: string;
  /** Path of the page that makes the first account; undefined when there is one. */
  setupPath: string | undefined;
  /** Starts loading and jobs, and listens. Gives the address. */
  listen(): Promise<string>;
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
  mkdirSync(settings.data, { recursive: true, mode: 0o700 });
  const db = await connectDb(settings.data);
  const store = connectStore(
    settings.clickhouseUrl === undefined ? { path: join(settings.data, 'events') } : { url: settings.clickhouseUrl },
  );
  await migrate(store);
  const spool = openSpool(join(settings.data, 'spool'));
  const loader = createLoader(spool, store, log);

  const apps = createApps(db, now);
  const accounts = createAccounts(db, now);
  const localToken = randomBytes(24).toString('base64url');
  const setupToken = (await accounts.isEmpty()) ? randomBytes(16).toString('base64url') : undefined;
  const identify = createIdentify(accounts, apps, localToken);
  const nextRollupId = createRollupIds(now);

  const app = await buildApp({
    log,
    trustProxy: settings.trustProxy,
    tls: readTls(settings),
    dataDirectory: settings.data,
    publicUrl: settings.publicUrl,
    setupTokenHash: setupToken && hashSecret(setupToken),
    spool,
    loader,
    store,
    apps,
    accounts,
    identify,
    counters: createEventCounters(spool),
    nextRollupId,
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

  let stopJobs = async () => {};

  return {
    app,
    localToken,
    setupPath: setupToken && `/setup?token=${setupToken}`,
    listen: async () => {
      const address = await app.listen({ host: settings.host, port: settings.port });
      loader.start();
      const jobs = startJobs(
        [
          { name: 'roll up', everyMs: 10_000, run: () => rollUpDirty(store, now, nextRollupId) },
          { name: 'sweep replaced rollups', everyMs: HOUR_MS, run: () => sweepReplaced(store, now) },
          {
            name: 'forget sessions',
            everyMs: HOUR_MS,
            run: () => spool.forgetSessions(Math.floor(now() / DAY_MS) - REMEMBER_SESSIONS_DAYS),
          },
        ],
        log,
        now,
      );
      stopJobs = () => jobs.stop();
      return address;
    },
    pendingBatches: () => spool.pending().batches,
    drain: () => loader.drain(),
    close: async () => {
      await app.close();
      await stopJobs();
      await loader.stop();
      await spool.close();
      await store.close();
      await db.destroy();
    },
  };
}

function readTls({ tlsCert, tlsKey }: Settings) {
  return tlsCert !== undefined && tlsKey !== undefined
    ? { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) }
    : undefined;
}
