import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dropClones } from '@minilens/store/backup';
import { connectStore, type Store } from '@minilens/store/connect';
import { createKeptAnswers } from '@minilens/store/kept-answers';
import { migrate } from '@minilens/store/migrate';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { createApps, DEFAULT_TIMEZONE, REMEMBER_MS } from './admin/apps.js';
import { createErasures } from './admin/erasures.js';
import { createIdentify } from './admin/identify.js';
import { createOidcProvider } from './admin/oidc.js';
import { createPeople } from './admin/people.js';
import { readSecretKey } from './admin/secret-key.js';
import { clonePrefix, createBackup } from './backup/make-backup.js';
import { refuseHalfRestored } from './backup/restore.js';
import { createMemory } from './collect/forgotten.js';
import { createLoader, settleAlone } from './collect/loader.js';
import { createSharedLedger } from './collect/shared-ledger.js';
import { openSpool } from './collect/spool.js';
import { connectDb, connectPostgres } from './db/connect.js';
import { createDatabaseLocks, createProcessLocks } from './db/locks.js';
import { createSealedColumns } from './db/sealed-columns.js';
import { readMachine } from './doctor/look-at-machine.js';
import { holdDirectory } from './hold-directory.js';
import { buildApp } from './http/build-app.js';
import { createEventCounters } from './http/event-counters.js';
import { readTls } from './http/read-tls.js';
import { isRefusal } from './http/refusal.js';
import { createRequestIds } from './http/request-ids.js';
import { watchConnections } from './http/watch-connections.js';
import { createEraser } from './jobs/erase.js';
import { createKeepJob } from './jobs/keep-job.js';
import { listJobs } from './jobs/list-jobs.js';
import { runInOneProcess } from './jobs/one-process.js';
import { createRollupIds } from './jobs/rollup-ids.js';
import { createRollupJobs } from './jobs/rollup-job.js';
import { type Job, startJobs } from './jobs/schedule.js';
import { createPassOn } from './push/pass-on.js';
import { createPushSettings } from './push/push-settings.js';
import { createSender } from './push/sender.js';
import { createIssueStates } from './reports/issue-states.js';
import { dutiesOf } from './roles.js';
import { oidcOf, type Settings, storeLocation } from './settings.js';
import { createLog } from './watch/log.js';
import { createMeters } from './watch/meters.js';
import { createReadiness } from './watch/readiness.js';
import { createStoreWatch } from './watch/store-watch.js';
import { createAccess } from './wechat/access.js';
import { createAnalysis } from './wechat/analysis.js';
import { createLentTokens } from './wechat/cloud/lent-tokens.js';
import { createOperation } from './wechat/operation.js';
import { createEventPusher } from './wechat/push-events.js';
import { queryText } from './wechat/read-request.js';
import { createUsedMessages } from './wechat/security/used-messages.js';
import { createWechatKeys } from './wechat/security/wechat-keys.js';

/** How long another process may be at work on the store's schema. Unit: ms. */
const SCHEMA_WAIT_MS = 60_000;

/**
 * How long a server may be silent about a statement that rolls up, erases or drops: it may have to write terabytes anew.
 * Unit: ms.
 */
const WORK_PATIENCE_MS = 10 * 60_000;

/** How long an insert of another collector may take to show all it brings: seven times as long as was ever seen. Unit: ms. */
const OTHERS_SETTLE_MS = 15_000;

/** How long requests in hand may take to end when the server stops. Unit: ms. */
const GRACE_MS = 5_000;

/** How long the doctor waits for the event store. Unit: ms. */
const DOCTOR_PATIENCE_MS = 10_000;

/** Statements of screens and APIs that the embedded engine runs beside each other: a screen asks about ten. Source: measured. */
const QUESTION_CONNECTIONS = 4;

const DEFAULT_PARTS = { now: Date.now, random: Math.random, openSpool, connectStore };

export interface Server {
  app: FastifyInstance;
  /** What the command line sends as bearer token. */
  localToken: string;
  /** Path of the page that makes the first account; undefined when there is one. */
  setupPath: string | undefined;
  /**
   * Brings an embedded store to its newest schema, which its first use does otherwise. A server somewhere else may be down
   * for a while: the collector takes batches all the same.
   */
  prepare(): Promise<void>;
  /** Starts loading and jobs, and listens. Gives the address. */
  listen(): Promise<string>;
  /** Starts loading only, for a command that brings batches. */
  startLoading(): void;
  /** Drops what is past, as the daily job does. */
  dropPast(): Promise<void>;
  /** Finishes erasures that were interrupted, as the job does. */
  finishErasures(): Promise<void>;
  /** Batches that wait in the spool. */
  pendingBatches(): number;
  /** Loads everything that is in the spool into the store. */
  drain(): Promise<void>;
  /** Stops taking, finishes what is in hand, closes the files. */
  close(): Promise<void>;
}

/** What a server is made of besides its settings. */
export interface Parts {
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
  log: Logger;
  openSpool: typeof openSpool;
  connectStore: typeof connectStore;
}

/**
 * Builds the whole server from its settings, and holds its data directory until it is closed.
 *
 * @throws a sentence when another process has the directory, or something in it or in the settings cannot be used.
 */
export async function createServer(settings: Settings, parts: Partial<Parts> = {}): Promise<Server> {
  const opened: Opened = [holdDirectory(settings.data)];
  try {
    refuseHalfRestored(settings.data);
    return await putTogether(settings, parts, opened);
  } catch (error) {
    // A connection that is left open keeps the process alive. What went wrong first is what is told.
    await closeAll(opened).catch(() => {});
    throw error;
  }
}

/** What closes each thing that was opened, the first opened first. */
type Opened = (() => void | Promise<void>)[];

/** Closes the last opened first: it may stand on what was opened before. @throws what could not be closed, once all others are. */
async function closeAll(opened: Opened): Promise<void> {
  const failures: unknown[] = [];
  for (const close of opened.toReversed())
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  if (failures.length > 0) throw failures[0];
}

/** The one place where everything is put together. Whatever it opens it adds to `opened`. */
async function putTogether(settings: Settings, parts: Partial<Parts>, opened: Opened): Promise<Server> {
  const { now, random, log, openSpool, connectStore } = {
    ...DEFAULT_PARTS,
    log: createLog(settings.logLevel),
    ...parts,
  };
  const { databaseUrl } = settings;
  const db = await (databaseUrl === undefined ? connectDb(settings.data) : connectPostgres(databaseUrl));
  opened.push(() => db.destroy());
  // Other processes can only have a part in it where both the events and the accounts are out of this one.
  const isShared = databaseUrl !== undefined && settings.clickhouseUrl !== undefined;
  const locks = isShared ? createDatabaseLocks(databaseUrl) : createProcessLocks();
  const sharedLedger = isShared ? createSharedLedger(db) : undefined;
  // One connection runs one statement at a time: loading, rolling up, questions and checks must not wait for each other.
  const location = storeLocation(settings);
  const isEmbedded = 'path' in location;
  const spool = openSpool(join(settings.data, 'spool'), { maxBytes: settings.spoolMaxBytes });
  opened.push(() => spool.close());
  const openStore: typeof connectStore = (...args) => {
    const store = connectStore(...args);
    opened.push(() => store.close());
    return store;
  };
  const loading = openStore(location);
  let isStorePrepared = false;
  const prepareStore = untilItSucceeds(async () => {
    await locks.hold('store', { waitMs: SCHEMA_WAIT_MS }, () => migrate(loading));
    await dropClones(loading, clonePrefix(spool));
    isStorePrepared = true;
  });
  const [searching, watching, exporting, counting] = Array.from({ length: 4 }, () =>
    openStore(location, prepareStore),
  ) as [Store, Store, Store, Store];
  const rollingUp = openStore(location, prepareStore, { writePatienceMs: WORK_PATIENCE_MS });
  const store = openStore(location, prepareStore, { connections: QUESTION_CONNECTIONS });
  const keptAnswers = createKeptAnswers(store);
  const counters = createEventCounters(spool);
  const storeWatch = createStoreWatch(watching);
  const meters = createMeters({ registry: counters.registry, spool, storeState: storeWatch.state, now });
  const apps = createApps(db, now);
  const erasures = createErasures(db, now);
  const memory = createMemory(apps, erasures);
  const loader = createLoader({
    spool,
    store: loading,
    memory,
    prepareStore,
    settle: sharedLedger?.settle ?? settleAlone,
    countDuplicates: (events) => counters.countDropped({ duplicate: events }),
    log,
    meters,
  });
  const rollupJobs = createRollupJobs(rollingUp, {
    locks,
    nextRollupIds: createRollupIds(db, now),
    untilLoaded: loader.untilInserted,
    settleMs: isShared ? OTHERS_SETTLE_MS : 0,
    about: async (appid) => {
      const app = await apps.find(appid);
      return { timezone: app?.timezone ?? DEFAULT_TIMEZONE, eventsGone: app?.eventsGone ?? 0 };
    },
    now,
    meters,
  });
  // A store of its own has one collector; on a ClickHouse server others may load too, and remember for a while.
  const untilOthersKnow = isEmbedded ? async () => {} : () => sleep(2 * REMEMBER_MS);
  const eraser = createEraser({
    ...{ store: rollingUp, spool, apps, erasures, loader, rollupJobs, keptAnswers, untilOthersKnow, now },
    othersLoad: isShared,
  });
  const keepJob = createKeepJob({ store: rollingUp, apps, loader, rollupJobs, keptAnswers, untilOthersKnow, log, now });
  const secretKey = readSecretKey(settings);
  const sealed = createSealedColumns(secretKey);
  const people = createPeople(db, apps, sealed, now);
  const { accounts } = people;
  const access = createAccess(db, apps, secretKey, now);
  const events = createEventPusher(access.components, log, now);
  const localToken = randomBytes(24).toString('base64url');
  const whileAway = (err: unknown) => {
    if (!isRefusal(err, 'DATABASE_DOWN')) throw err;
    log.warn({ err }, 'The accounts database does not answer yet; it is asked again with every request');
    return undefined;
  };
  const setupToken = dutiesOf(settings.role).includes('report')
    ? await accounts.openSetup().catch(whileAway)
    : undefined;
  const identify = createIdentify({ ...people, apps, localToken, publicUrl: settings.publicUrl });
  const oidc = oidcOf(settings);
  const pushSettings = createPushSettings(db, sealed, now);
  const newId = () => randomBytes(12).toString('base64url');
  const sender = createSender({ spool, memory, counters, meters, log, now, newId });
  const passOn = createPassOn({ sender, meters, log, now });
  const wechatKeys = createWechatKeys(db, sealed, now);
  const usedMessages = createUsedMessages(db, now);
  const lentTokens = createLentTokens(db, access.tokens);

  const readiness = createReadiness({
    store: watching,
    accounts,
    spool,
    dataDirectory: settings.data,
    isStorePrepared: () => isStorePrepared,
    isStoreFailing: () => loader.isFailing(),
  });

  const app: FastifyInstance = await buildApp({
    log,
    nextRequestId: createRequestIds(randomBytes(6).toString('hex')),
    random,
    rates: { perIp: settings.ratePerIp, perApp: settings.ratePerApp },
    meters,
    readiness,
    role: settings.role,
    duties: dutiesOf(settings.role),
    metricsToken: settings.metricsToken,
    isBehindProxy: settings.trustProxy || settings.publicUrl !== undefined,
    trustProxy: settings.trustProxy,
    tls: readTls(settings),
    publicUrl: settings.publicUrl,
    spool,
    store,
    searching,
    exporting,
    counting,
    keptAnswers,
    apps,
    people,
    identify,
    issueStates: createIssueStates(db, store, now),
    oidc: oidc && createOidcProvider(oidc),
    sealed,
    counters,
    rollupJobs,
    doctor: {
      store: watching,
      spool,
      apps,
      accounts,
      settings,
      machine: readMachine(),
      lostSecrets: async () => {
        const lost = await Promise.all(
          [access.components, wechatKeys, pushSettings, people.secondFactors].map((each) => each.lost()),
        );
        return [...new Set(lost.flat())];
      },
      isListening: () => app.server.listening,
      failingJobs: meters.failingJobs,
      now,
      patienceMs: DOCTOR_PATIENCE_MS,
    },
    erase: eraser.erase,
    isEmbedded,
    dataDirectory: settings.data,
    makeBackup: createBackup({
      openStore: () => connectStore(location, prepareStore),
      isEmbedded,
      dataDirectory: settings.data,
      spool,
      copyAccounts:
        databaseUrl === undefined ? async (path) => void (await sql`VACUUM INTO ${path}`.execute(db)) : undefined,
      loader,
      rollupJobs,
      now,
    }),
    memory,
    now,
    access,
    events,
    wechatKeys,
    pushSettings,
    passOn,
    cloud: { keys: wechatKeys, usedMessages, lentTokens, now },
    wechat: {
      now,
      random,
      ...access,
      tokens: lentTokens.tokens,
      security: {
        keys: wechatKeys,
        usedMessages,
        publicUrl: settings.publicUrl,
        isOurOwn: (request) => lentTokens.isLent(queryText(request, 'access_token')),
      },
      pushTicket: (component) => void events.pushTicket(component),
      analysis: createAnalysis(store, keptAnswers),
      operation: createOperation(store, keptAnswers),
    },
  });

  const connections = watchConnections(app.server);
  let stopJobs = async () => {};

  return {
    app,
    localToken,
    setupPath: setupToken && `/setup?token=${setupToken}`,
    prepare: async () => {
      if (isEmbedded) await prepareStore();
    },
    startLoading: () => loader.start(),
    listen: async () => {
      const address = await app.listen({ host: settings.host, port: settings.port });
      // Whatever its role: the directory may have been a collector's, and what it took is loaded.
      loader.start();
      storeWatch.start();
      const jobs = listJobs({
        ...{ apps, spool, sharedLedger, access, people, events, rollupJobs, keepJob, eraser, rollingUp, watching },
        ...{ meters, log, now },
      });
      const start = (some: readonly Job[]) => startJobs(some, log, now, meters);
      const startShared = () => stoppedTogether(jobs.shared.map(start));
      const running = stoppedTogether([
        start(jobs.own),
        ...(dutiesOf(settings.role).includes('jobs') ? [runInOneProcess(locks, startShared, log)] : []),
      ]);
      stopJobs = running.stop;
      return address;
    },
    dropPast: () => keepJob(new AbortController().signal),
    finishErasures: () => eraser.finishErasures(new AbortController().signal),
    pendingBatches: () => spool.pending().batches,
    drain: () => loader.drain(),
    close: async () => {
      readiness.stop();
      if (app.server.listening) await sleep(settings.drainSeconds * 1000);
      // Whoever is still sending has had their time.
      const cutting = setTimeout(connections.cut, GRACE_MS);
      await app.close();
      clearTimeout(cutting);
      // All but what was answered for a late back end, which may go on for a minute.
      await Promise.race([passOn.close(), sleep(GRACE_MS, undefined, { ref: false })]);
      await sender.settle();
      const stopped = stopJobs();
      if (!isEmbedded) {
        await Promise.race([stopped, sleep(GRACE_MS, undefined, { ref: false })]);
        // Its server may hang. What was begun there is safe against that, as against a kill.
        await rollingUp.close();
      }
      await stopped;
      await storeWatch.stop();
      await loader.stop();
      await access.flush().catch((err) => log.warn({ err }, 'The last calls of the WeChat APIs are not written down'));
      await closeAll(opened);
    },
  };
}

const stoppedTogether = (running: readonly { stop(): Promise<void> }[]) => ({
  stop: async () => void (await Promise.all(running.map((each) => each.stop()))),
});

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
