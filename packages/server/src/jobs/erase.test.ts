import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '@minilens/store/ask';
import { connectStore, execute, type Store, selectRows } from '@minilens/store/connect';
import { eraseUsers } from '@minilens/store/erase';
import { insertBlock } from '@minilens/store/insert-block';
import { METRICS, type MetricName } from '@minilens/store/metrics';
import type { Envelope } from '@minilens/wire/envelope';
import type { Receipt } from '@minilens/wire/receipt';
import type { Erased, NewApp } from '@minilens/wire/report-api';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApps } from '../admin/apps.js';
import { createErasures, type Erasures, hashUser } from '../admin/erasures.js';
import { createMemory } from '../collect/forgotten.js';
import { createLoader, settleAlone } from '../collect/loader.js';
import { openSpool } from '../collect/spool.js';
import { createProcessLocks } from '../db/locks.js';
import { Refusal } from '../http/refusal.js';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';
import { createEraser } from './erase.js';
import { createRollupIds } from './rollup-ids.js';
import { createRollupJobs } from './rollup-job.js';

const NOW = Date.UTC(2026, 2, 2, 4);
const HOUR_MS = 3_600_000;
const ANNA = 'user-anna-to-be-erased';
const BERT = 'user-bert-who-stays';

let server: TestServer;
let store: Store;
/** Knew both users; the other only ever knew the one who stays. */
let both: NewApp;
let never: NewApp;
beforeAll(async () => {
  server = await startTestServer(NOW);
  store = connectStore({ path: join(server.data, 'events') });
  both = await server.addApp('wx00000000000000aa');
  never = await server.addApp('wx00000000000000bb');
});
afterAll(async () => {
  await store.close();
  await server.stop();
});

const erase = (app: NewApp, who: object, headers: Record<string, string> = server.asOwner) =>
  server.post<Erased>(`/api/v1/apps/${app.appid}/erase`, who, headers);

async function bring(app: NewApp, ...envelopes: Envelope[]): Promise<Receipt> {
  const lines = envelopes.map((envelope) => JSON.stringify({ ...envelope, app: app.appid })).join('\n');
  return (await server.post<Receipt>(`/v1/import?app=${app.appid}`, lines, server.asOwner)).body;
}
/** A visit of three events, the first opened from a card of `sharedBy`. */
function visitOf(user: string, at: number, sharedBy?: string): Envelope {
  const envelope = envelopeOf(both, at);
  const [launch, ...rest] = envelope.events as { n: number; at: number }[];
  const first = sharedBy === undefined ? launch : { ...launch, kind: 'app_show', sharedBy };
  return { ...envelope, session: { ...envelope.session, user }, events: [first, ...rest] };
}

const PER_HOUR = (Object.keys(METRICS) as MetricName[]).filter((name) => !name.startsWith('duration'));
const numbers = ({ appid }: NewApp) =>
  ask(store, {
    app: appid,
    from: NOW - 48 * HOUR_MS,
    to: NOW + HOUR_MS,
    timezone: 'Asia/Shanghai',
    by: ['hour'],
    fill: true,
    metrics: PER_HOUR,
  });

/** Every table with text in which the id stands, in whatever column. */
async function tablesNaming(id: string): Promise<string[]> {
  const columns = await selectRows<{ table: string; texts: string[] }>(
    store,
    `SELECT table, groupArray(name) AS texts FROM system.columns
    WHERE database = currentDatabase() AND type NOT LIKE 'AggregateFunction%' AND table NOT LIKE 'intake%' GROUP BY table`,
  );
  const naming: string[] = [];
  for (const { table, texts } of columns) {
    const found = await selectRows(
      store,
      `SELECT 1 FROM ${table} WHERE ${texts.map((name) => `position(toString(${name}), {id:String}) > 0`).join(' OR ')} LIMIT 1`,
      { id },
    );
    if (found.length > 0) naming.push(table);
  }
  return naming.sort();
}

test('a user is erased as if they had never been: from events, from numbers, and from cards they shared', async () => {
  const bert = [visitOf(BERT, NOW - 20 * HOUR_MS), visitOf(BERT, NOW - 3 * HOUR_MS)];
  await bring(both, ...bert, visitOf(BERT, NOW - 2 * HOUR_MS, ANNA));
  await bring(both, visitOf(ANNA, NOW - 30 * HOUR_MS), visitOf(ANNA, NOW - 3 * HOUR_MS), visitOf(ANNA, NOW - HOUR_MS));
  const stranger = { ...(bert[0] as Envelope), session: { ...(bert[0] as Envelope).session, id: 'session-of-own-1' } };
  await bring(never, stranger, ...bert.slice(1), {
    ...visitOf(BERT, NOW - 2 * HOUR_MS),
    events: visitOf(BERT, NOW - 2 * HOUR_MS, 'nobody-at-all').events.map((event) => ({
      ...(event as object),
      sharedBy: undefined,
    })),
  });
  await server.drain();
  const rollUp = (app: NewApp) =>
    server.post(`/api/v1/apps/${app.appid}/rollup`, { from: '2026-02-28', to: '2026-03-02' }, server.asOwner);
  await rollUp(both);
  await rollUp(never);
  expect(await numbers(both)).not.toEqual(await numbers(never));
  expect(await tablesNaming(ANNA)).toEqual(['events', 'newcomer_hours', 'newcomer_model_hours', 'user_firsts']);

  // What still waits in the spool is found too.
  await bring(both, visitOf(ANNA, NOW - HOUR_MS), visitOf(BERT, NOW - 48 * HOUR_MS, ANNA));
  await bring(never, {
    ...visitOf(BERT, NOW - 48 * HOUR_MS, 'nobody'),
    events: visitOf(BERT, NOW - 48 * HOUR_MS, 'x').events.map((event) => ({
      ...(event as object),
      sharedBy: undefined,
    })),
  });
  expect((await erase(both, { user: ANNA })).body).toEqual({ users: 1, events: 9, sessions: 3, batches: 1, hours: 4 });

  await server.drain();
  expect(await tablesNaming(ANNA)).toEqual([]);
  expect(await numbers(both)).toEqual(await numbers(never));
  expect((await erase(both, { user: ANNA })).body).toEqual({ users: 1, events: 0, sessions: 0, batches: 0, hours: 0 });
});

test('no file of the event store names the user, but for parts the engine has replaced and is about to throw away', async () => {
  const replaced = await selectRows<{ path: string }>(store, 'SELECT path FROM system.parts WHERE NOT active');
  const directory = join(server.data, 'events');
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((file) => !replaced.some(({ path }) => file.startsWith(path)));
  const naming = (id: string) => files.filter((file) => readFileSync(file).includes(id));
  expect(naming(BERT).length).toBeGreaterThan(0);
  expect(naming(ANNA)).toEqual([]);
});

test('what a device still brings of sessions begun before is dropped as erased, and new sessions are taken', async () => {
  const running = visitOf(ANNA, NOW - 1_000);
  const send = async (envelope: Envelope) =>
    (await server.post<Receipt>('/v1/collect', { ...envelope, key: both.key, sentAt: server.clock.now })).body;
  expect(await send(running)).toEqual({ accepted: 0, dropped: { erased: 3 } });
  expect(await bring(both, running)).toEqual({ accepted: 0, dropped: { erased: 3 } });
  server.clock.now = NOW + 2 * HOUR_MS;
  expect(await send(visitOf(ANNA, NOW + 2 * HOUR_MS))).toEqual({ accepted: 3, dropped: {} });
});

test('a session begun after the erasure was asked, and before it was done, stays whole and makes its user new', async () => {
  const app = await server.addApp('wx00000000000000dd');
  const user = 'user-who-comes-back';
  await bring(app, visitOf(user, NOW - 3 * HOUR_MS));
  server.clock.now = NOW + 2 * HOUR_MS;
  await bring(app, visitOf(user, NOW + 90_000));
  await server.drain();
  await server.post(`/api/v1/apps/${app.appid}/rollup`, { from: '2026-02-28', to: '2026-03-02' }, server.asOwner);
  await bring(app, visitOf(user, NOW + HOUR_MS + 90_000));
  server.clock.now = NOW;
  expect((await erase(app, { user })).body).toMatchObject({ events: 3, sessions: 1, batches: 0 });
  server.clock.now = NOW + 2 * HOUR_MS;
  await server.drain();
  const visits = { app: app.appid, from: NOW - 48 * HOUR_MS, to: NOW + 3 * HOUR_MS, timezone: 'Asia/Shanghai' };
  const metrics = ['session_cnt', 'visit_pv', 'visit_uv_new'] as const;
  expect(await ask(store, { ...visits, metrics, by: ['hour'] })).toEqual([
    { hour: NOW, session_cnt: 1, visit_pv: 1, visit_uv_new: 1 },
    { hour: NOW + HOUR_MS, session_cnt: 1, visit_pv: 1, visit_uv_new: 0 },
  ]);
});

test('an openid stands for every user who said it, also in batches that still wait', async () => {
  const app = await server.addApp('wx00000000000000cc');
  const saying = (user: string, openid: string) => {
    const envelope = visitOf(user, NOW - HOUR_MS);
    return { ...envelope, events: [...envelope.events, { n: 4, at: NOW - HOUR_MS, kind: 'user', openid }] };
  };
  const strange = 'o-"quoted\\';
  await bring(app, saying('user-on-old-phone', strange), saying('user-of-another', 'o-other'));
  await server.drain();
  await bring(app, saying('user-on-new-phone', strange));
  expect((await erase(app, { openid: strange })).body).toMatchObject({ users: 2, events: 4, sessions: 1, batches: 1 });
  await server.drain();
  expect(await tablesNaming('user-on-new-phone')).toEqual([]);
  expect(await tablesNaming('user-of-another')).not.toEqual([]);
  expect((await erase(app, { openid: 'o-unheard-of' })).body.users).toBe(0);
});

describe('an erasure whose process was killed is finished ten minutes later', () => {
  const anna = 'user-anna-again';
  /** As the process that was killed had begun it. */
  const begin = async (app: NewApp) => {
    const db = await server.openDb();
    const erasures = createErasures(db, () => server.clock.now);
    const erasure = await erasures.add(app.appid, [anna]);
    return {
      askAgain: () => erasures.add(app.appid, [anna]),
      remove: async () => {
        const hashes = [hashUser(app.appid, anna)];
        const found = (hours: readonly number[]) => erasures.noteHours(app.appid, hashes, hours);
        await eraseUsers(store, { app: app.appid, hashes, askedAt: erasure.askedAt }, { from: 0, found });
      },
      countOpen: async () => (await erasures.listOpen(Number.MAX_SAFE_INTEGER)).length,
      leave: () => db.destroy(),
    };
  };
  const filled = async (appid: string) => {
    const app = await server.addApp(appid);
    await bring(app, visitOf(anna, NOW - 3 * HOUR_MS), visitOf(BERT, NOW - 3 * HOUR_MS));
    await server.drain();
    await server.post(`/api/v1/apps/${app.appid}/rollup`, { from: '2026-02-28', to: '2026-03-02' }, server.asOwner);
    return app;
  };
  const withoutHer = { session_cnt: 1, visit_uv: 1, visit_uv_new: 1 };
  const countVisits = async ({ appid }: NewApp) => {
    const range = { from: NOW - 48 * HOUR_MS, to: NOW + HOUR_MS, timezone: 'Asia/Shanghai' };
    return ask(store, { app: appid, ...range, metrics: ['session_cnt', 'visit_uv', 'visit_uv_new'] });
  };

  test('where it had removed nothing yet', async () => {
    const app = await filled('wx0000000000000021');
    const begun = await begin(app);
    server.clock.now += 9 * 60_000;
    await server.finishErasures();
    expect(await tablesNaming(anna)).not.toEqual([]);
    server.clock.now += 2 * 60_000;
    await server.finishErasures();
    expect(await tablesNaming(anna)).toEqual([]);
    expect(await countVisits(app)).toEqual([withoutHer]);
    expect(await begun.countOpen()).toBe(0);
    await begun.leave();
  });

  /** As one does that computed it before her events went, by a server that did not know that they would. */
  const bringRollupIntoForce = ({ appid }: NewApp) =>
    execute(
      store,
      `INSERT INTO buckets (app, hour, rollup) SELECT app, hour, (max(rollup).1, sum(loads)) FROM buckets
      WHERE app = {appid:String} GROUP BY app, hour`,
      { appid },
    );

  test('where all was removed, and a rollup that saw her came into force meanwhile', async () => {
    const app = await filled('wx0000000000000022');
    const begun = await begin(app);
    await begun.remove();
    await bringRollupIntoForce(app);
    expect(await countVisits(app)).toEqual([{ ...withoutHer, session_cnt: 2, visit_uv: 2 }]);
    server.clock.now += 11 * 60_000;
    await server.finishErasures();
    expect(await countVisits(app)).toEqual([withoutHer]);
    expect(await begun.countOpen()).toBe(0);
    await begun.leave();
  });

  test('where it was asked for again before it knew its hours, and a rollup that saw her came into force', async () => {
    const app = await filled('wx0000000000000023');
    const begun = await begin(app);
    server.clock.now += 1_000;
    await begun.askAgain();
    await begun.remove();
    await bringRollupIntoForce(app);
    server.clock.now += 11 * 60_000;
    await server.finishErasures();
    expect(await countVisits(app)).toEqual([withoutHer]);
    expect(await begun.countOpen()).toBe(0);
    await begun.leave();
  });
});

/** One of several processes on the server's store, with a spool of its own. */
async function openAnother({ locks = createProcessLocks() } = {}) {
  const db = await server.openDb();
  const now = () => server.clock.now;
  const [apps, erasures] = [createApps(db, now), createErasures(db, now)];
  const directory = mkdtempSync(join(server.data, 'another-spool-'));
  const spool = openSpool(directory, { maxBytes: 1_000_000 });
  const nothing = () => {};
  const log = pino({ level: 'silent' });
  const loader = createLoader({
    ...{ spool, store, log, memory: createMemory(apps, erasures), settle: settleAlone, countDuplicates: nothing },
    prepareStore: async () => {},
    meters: { inserted: nothing, insertFailed: nothing },
  });
  const rollupJobs = createRollupJobs(store, {
    ...{ locks, nextRollupIds: createRollupIds(db, now), untilLoaded: loader.untilInserted, now },
    settleMs: 10,
    about: async () => ({ timezone: 'Asia/Shanghai', eventsGone: 0 }),
    meters: { foundDirty: nothing, rolledUp: nothing },
  });
  const eraser = createEraser({
    ...{ store, spool, apps, erasures, loader, rollupJobs, now },
    keptAnswers: { forget: nothing },
    untilOthersKnow: async () => {},
    othersLoad: true,
  });
  const leave = async () => {
    await spool.close();
    await db.destroy();
  };
  return { spool, erasures, eraser, leave };
}

test('where others load, what one of them brought after it had been erased goes ten minutes later', async () => {
  const app = await server.addApp('wx0000000000000024');
  const { spool, erasures, eraser, leave } = await openAnother();
  const { clock } = server;
  const slow = 'user-of-a-slow-insert';
  await eraser.erase(app.appid, { user: slow });
  // Older, and never to be finished.
  clock.now -= 1;
  await erasures.add(app.appid, ['user-of-trouble']);
  await erasures.noteHours(app.appid, [hashUser(app.appid, 'user-of-trouble')], [Number.NaN]);
  clock.now += 1;
  const { events, session, device } = visitOf(slow, NOW - HOUR_MS);
  const { startAt: sessionAt, ...rest } = session;
  const head = { app: app.appid, agent: '', ip: '', receivedAt: NOW - HOUR_MS, skewMs: 0, sessionAt, device };
  const batches = [JSON.stringify({ ...head, session: rest, events })];
  await insertBlock(store, { token: 'slow-block', batches });
  const of = { app: app.appid, session: session.id };
  await spool.append(of, () => ({ ledger: undefined, batches, result: undefined }));
  expect(await tablesNaming(slow)).toEqual(['events', 'user_firsts']);
  clock.now += 11 * 60_000;
  await expect(eraser.finishErasures(new AbortController().signal)).rejects.toThrow();
  expect(await tablesNaming(slow)).toEqual([]);
  expect([...spool.waiting()].map(String)).toEqual(['']);
  expect(await erasures.listOpen(clock.now)).toHaveLength(1);
  await erasures.noteHours(app.appid, [hashUser(app.appid, 'user-of-trouble')], []);
  await leave();
});

test('where rollups are made for longer than one can wait, whoever asked hears that it is finished without asking again', async () => {
  const app = await server.addApp('wx0000000000000025');
  const patient = 'user-who-waits';
  await bring(app, visitOf(patient, NOW - 3 * HOUR_MS));
  await server.drain();
  const { eraser, leave } = await openAnother({ locks: { hold: () => Promise.reject(new Refusal('BUSY', 'Busy.')) } });
  await expect(eraser.erase(app.appid, { user: patient })).rejects.toMatchObject({
    code: 'BUSY',
    message: expect.stringMatching(/written down.*by itself.*Nobody need ask again/),
  });
  expect(await tablesNaming(patient)).not.toEqual([]);
  server.clock.now += 11 * 60_000;
  await server.finishErasures();
  expect(await tablesNaming(patient)).toEqual([]);
  await leave();
});

test.each([
  ['nobody', {}],
  ['two at once', { user: 'a', openid: 'b' }],
  ['a user and something unknown', { user: 'a', dryRun: true }],
])('an erasure that names %s is refused', async (_name, who) => {
  expect(await erase(both, who)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
});

test('only an owner erases', async () => {
  expect((await erase(both, { user: BERT }, {})).status).toBe(401);
  expect((await erase(both, { user: BERT }, { authorization: `Bearer ${both.secret}` })).status).toBe(401);
});

test('whoever was erased is not written down again by a batch that is refused for another reason', async () => {
  await erase(both, { user: ANNA });
  const old = visitOf(ANNA, NOW - HOUR_MS);
  const refused = {
    ...old,
    key: both.key,
    session: { ...old.session, id: 'session-long-ago-1', startAt: 0 },
    sentAt: NOW,
  };
  expect((await server.post('/v1/collect', refused)).body).toEqual({ accepted: 0, dropped: { erased: 3 } });
  await server.drain();
  expect(await tablesNaming(ANNA)).toEqual([]);
});

test('who was erased by another process is known within seconds, also where the clock is set back meanwhile', async () => {
  const clock = { now: NOW };
  const [here, elsewhere] = await Promise.all([server.openDb(), server.openDb()]);
  const [known, others] = [here, elsewhere].map((db) => createErasures(db, () => clock.now)) as [Erasures, Erasures];
  const countKnown = async () => (await known.of(never.appid)).size;
  expect(await countKnown()).toBe(0);
  await others.add(never.appid, ['user-one']);
  clock.now += 5_000;
  expect(await countKnown()).toBe(1);
  await others.add(never.appid, ['user-two']);
  clock.now -= HOUR_MS;
  expect(await countKnown()).toBe(2);
  await Promise.all([here.destroy(), elsewhere.destroy()]);
});

test('a batch that another collector took before leaves her out when it is loaded', async () => {
  const memory = createMemory(
    createApps(await server.openDb(), () => NOW),
    createErasures(await server.openDb(), () => NOW),
  );
  const batch = (user: string, sharedBy: string) =>
    JSON.stringify({
      app: both.appid,
      agent: '0.1.0',
      ip: '',
      receivedAt: NOW,
      session: { id: 'session-elsewhere', user },
      device: {},
      skewMs: 0,
      sessionAt: NOW - HOUR_MS,
      events: [{ n: 1, at: NOW - HOUR_MS, kind: 'app_show', sharedBy }],
    });
  const [own, card, other] = await memory.remaining([
    batch(ANNA, BERT),
    batch(BERT, ANNA),
    batch(BERT, 'somebody-else'),
  ]);
  expect([own, card, other]).toEqual(['', expect.not.stringContaining(ANNA), batch(BERT, 'somebody-else')]);
  expect(JSON.parse(card as string).events).toEqual([{ n: 1, at: NOW - HOUR_MS, kind: 'app_show' }]);
});
