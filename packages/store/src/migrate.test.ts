import { cpSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Event } from '@minilens/wire/event';
import { afterAll, expect, test } from 'vitest';
import { ask } from './ask.js';
import { isDirty, listBuckets } from './buckets.js';
import { connectStore, execute, Store, selectRows } from './connect.js';
import { insertBlock, type StoredBatch } from './insert-block.js';
import { migrate, NEWEST_SCHEMA } from './migrate.js';
import { EVERY_SIGNAL } from './migrations/0002-every-signal.js';
import { ROLLUPS_AND_LOSS } from './migrations/0003-rollups-and-loss.js';
import { FASTER_ANSWERS } from './migrations/0005-faster-answers.js';
import { DELIVERIES } from './migrations/0007-deliveries.js';
import { ERROR_RECORDS } from './migrations/0009-error-records.js';
import { rollUp } from './roll-up.js';

/** 2026-03-02 00:00 in Shanghai. */
const MIDNIGHT = Date.UTC(2026, 2, 1, 16);
const APP = 'wx00000000000000aa';

const directories: string[] = [];
// So many stores have many files, and a busy disk takes its time.
afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true });
}, 120_000);

/**
 * A new data directory, and how to open it as each process does in its turn.
 *
 * @param from the directory whose copy it is; empty without one.
 */
function newStore(from?: string) {
  const directory = newDirectory();
  if (from !== undefined) cpSync(from, directory, { recursive: true, verbatimSymlinks: true });
  return opening(directory);
}

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'minilens-migrate-'));
  directories.push(directory);
  return directory;
}

function opening(directory: string) {
  return async <T>(use: (store: Store) => Promise<T>): Promise<T> => {
    const store = connectStore({ path: directory });
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  };
}

const batchOf = (id: string, events: Event[], over: Partial<StoredBatch> = {}): StoredBatch => ({
  app: APP,
  agent: '0.1.0',
  ip: '203.0.113.7',
  receivedAt: MIDNIGHT + 60_000,
  skewMs: 0,
  sessionAt: MIDNIGHT,
  session: { id, user: `user-${id}`, scene: 1001, entry: 'pages/index/index' },
  device: { platform: 'ios', version: '1.0.0' },
  events,
  ...over,
});
const blockOf = (token: string, ...batches: StoredBatch[]) => ({
  token,
  batches: batches.map((batch) => JSON.stringify(batch)),
});

const visit: Event[] = [
  { n: 1, at: MIDNIGHT, kind: 'launch' },
  { n: 2, at: MIDNIGHT, kind: 'page_show', page: 'pages/index/index' },
  { n: 3, at: MIDNIGHT + 9_000, kind: 'page_hide', page: 'pages/index/index', view: 2, stayMs: 9_000 },
  { n: 4, at: MIDNIGHT + 1_000, kind: 'call', name: 'scanCode', outcome: 'fail', durationMs: 40, errMsg: 'no' },
];
const oldBlock = blockOf('old', batchOf('old', visit));

const at = MIDNIGHT + 2_000;
const page = 'pages/index/index';
/** One event of each kind that migration 2 made room for, with everything it may say. */
const everySignal: Event[] = [
  { n: 5, at, kind: 'app_show', scene: 1007, referrer: 'wx00000000000000bb', sharedBy: 'user-00000002' },
  { n: 6, at, kind: 'page_ready', page, durationMs: 320 },
  { n: 7, at, kind: 'share', page, source: 'button' },
  {
    n: 8,
    at,
    kind: 'call',
    name: 'login',
    outcome: 'success',
    durationMs: 5,
    component: 'components/pay/pay',
    subpackage: 'orders',
    args: '{"timeout":5}',
  },
  {
    n: 9,
    at,
    kind: 'request',
    name: 'uploadFile',
    method: 'POST',
    host: 'api.shop.example',
    path: '/orders/:id',
    outcome: 'ok',
    status: 200,
    durationMs: 90,
    businessFailed: true,
    trace: '0123456789abcdef0123456789abcdef',
    dnsMs: 0,
    connectMs: 20,
    tlsMs: 12,
    firstByteMs: 50,
  },
  { n: 10, at, kind: 'performance', name: 'setData', page, durationMs: 80 },
  { n: 11, at, kind: 'performance', name: 'memory', value: 123_456_789.5 },
  {
    n: 12,
    at,
    kind: 'error',
    source: 'promise',
    name: 'TypeError',
    errMsg: 'x is undefined',
    stack: 'at f (app.js:1:2)',
    page,
    props: '{"step":"pay"}',
    steps: ['-1200 page_show pages/index/index', '-3 call login'],
  },
  { n: 13, at, kind: 'custom', name: '加入购物车', page, props: '{"sku":7}' },
  { n: 14, at, kind: 'user', openid: 'o-1', unionid: 'u-1', props: '{"level":"gold"}' },
  { n: 15, at, kind: 'agent', props: '{"hooked":3}' },
  { n: 16, at, kind: 'error', source: 'app', name: '', errMsg: 'again', count: 4_294_967_295 },
];
const TAGS = { plan: 'gold', 'ab"test': 'b' };

const NOTHING = {
  referrer: '',
  shared_by: '',
  source: '',
  component: '',
  subpackage: '',
  args: '',
  business_failed: false,
  trace: '',
  dns_ms: null,
  connect_ms: null,
  tls_ms: null,
  first_byte_ms: null,
  count: 0,
  value: null,
  stack: '',
  props: '',
  steps: [],
  openid: '',
  unionid: '',
};
const newColumns = [...Object.keys(NOTHING), 'tags'].join(', ');
const eventsOf = (store: Store, session: string) =>
  selectRows(
    store,
    `SELECT n, kind, name, page, scene, duration_ms, err_msg, ${newColumns} FROM events
    WHERE session_id = {session:String} ORDER BY n`,
    { session },
  );
const HOUR = { app: APP, from: MIDNIGHT, to: MIDNIGHT + 3_600_000, timezone: 'Asia/Shanghai' };
const visits = (store: Store) =>
  ask(store, {
    ...HOUR,
    metrics: ['session_cnt', 'visit_pv', 'visit_uv', 'stay_time_session', 'visit_depth', 'calls', 'errors'],
  });

test('a store of the first schema goes on: old events stay, new ones keep every word', async () => {
  const open = newStore();
  await open(async (store) => {
    await migrate(store, { upTo: 1 });
    await insertBlock(store, oldBlock);
  });
  await open(async (store) => {
    await migrate(store);
    await migrate(store);
    // A process that was killed between its insert and its spool brings the block again, to the new schema.
    await insertBlock(store, oldBlock);
    expect(await eventsOf(store, 'old')).toMatchObject(visit.map(({ n, kind }) => ({ n, kind, ...NOTHING, tags: {} })));

    await insertBlock(store, blockOf('new', batchOf('new', [...visit, ...everySignal], { tags: TAGS })));
    const stored = (n: number, words: object) => expect.objectContaining({ n, ...NOTHING, tags: TAGS, ...words });
    expect((await eventsOf(store, 'new')).slice(visit.length)).toEqual([
      stored(5, { scene: 1007, referrer: 'wx00000000000000bb', shared_by: 'user-00000002' }),
      stored(6, { page, duration_ms: 320 }),
      stored(7, { page, source: 'button' }),
      stored(8, { name: 'login', component: 'components/pay/pay', subpackage: 'orders', args: '{"timeout":5}' }),
      stored(9, {
        name: 'uploadFile',
        business_failed: true,
        trace: '0123456789abcdef0123456789abcdef',
        dns_ms: 0,
        connect_ms: 20,
        tls_ms: 12,
        first_byte_ms: 50,
      }),
      stored(10, { name: 'setData', page, duration_ms: 80 }),
      stored(11, { name: 'memory', value: 123_456_789.5 }),
      stored(12, {
        source: 'promise',
        name: 'TypeError',
        err_msg: 'x is undefined',
        stack: 'at f (app.js:1:2)',
        page,
        props: '{"step":"pay"}',
        steps: ['-1200 page_show pages/index/index', '-3 call login'],
        count: 1,
      }),
      stored(13, { name: '加入购物车', page, props: '{"sku":7}' }),
      stored(14, { openid: 'o-1', unionid: 'u-1', props: '{"level":"gold"}' }),
      stored(15, { props: '{"hooked":3}' }),
      stored(16, { source: 'app', err_msg: 'again', count: 4_294_967_295 }),
    ]);
  });
  await open(async (store) => {
    // The next process recognises what the migrating one inserted.
    await insertBlock(store, blockOf('new', batchOf('new', [...visit, ...everySignal], { tags: TAGS })));
    expect(await eventsOf(store, 'new')).toHaveLength(visit.length + everySignal.length);
    // Two visits alike, one of them with every other signal in it: only the call of `login` adds to a number.
    expect(await visits(store)).toEqual([
      { session_cnt: 2, visit_pv: 2, visit_uv: 2, stay_time_session: 9, visit_depth: 1, calls: 3, errors: 2 },
    ]);
  });
});

/** Closed data directories of older stores with the old block in them, by schema: made once, to be copied. */
const oldStores = new Map<number, string>();
async function oldStore(version: number): Promise<string> {
  const made = oldStores.get(version) ?? newDirectory();
  if (!oldStores.has(version))
    await opening(made)(async (store) => {
      await migrate(store, { upTo: version });
      await insertBlock(store, oldBlock);
    });
  oldStores.set(version, made);
  return made;
}

/** Lets rollups of all hours with the id 7 count as made of all there is. */
const putInForce = (store: Store) =>
  execute(
    store,
    'INSERT INTO buckets (app, hour, rollup) SELECT app, hour, (7, sum(loads)) FROM buckets GROUP BY app, hour',
  );

/** How many statements of a migration are survived: none, all, and whatever lies between. */
const kills = (version: number, statements: readonly string[]) =>
  [...statements.keys(), statements.length].map((survived) => [version, survived] as const);

/** Of a migration that nobody edits any more: the ends, wherever a view is away, and one in five of all others. */
const someKills = (version: number, statements: readonly string[]) =>
  kills(version, statements).filter(
    ([, survived]) =>
      survived % 5 === 0 || survived === statements.length || statements[survived - 1]?.startsWith('DETACH'),
  );

test.each([
  ...someKills(2, EVERY_SIGNAL),
  ...someKills(3, ROLLUPS_AND_LOSS),
  ...someKills(5, FASTER_ANSWERS),
  ...someKills(7, DELIVERIES),
  ...kills(9, ERROR_RECORDS),
])('killed within migration %i after %i of its statements, it is run again', async (version, survived) => {
  const open = newStore(await oldStore(version - 1));
  await open(async (store) => {
    await expect(migrate(await killedAfter(store, survived))).rejects.toThrow('killed');
    // As on a ClickHouse server, which outlives the process that migrates it.
    if (survived % 2 === 0) await migrate(store);
  });
  await open(async (store) => {
    await migrate(store);
    await insertBlock(store, oldBlock);
    const block = blockOf('new', batchOf('new', everySignal, { dropped: [{ n: 17, reason: 'invalid' }] }));
    for (let again = 0; again < 2; again++) await insertBlock(store, block);
    expect(await eventsOf(store, 'old')).toHaveLength(visit.length);
    expect(await eventsOf(store, 'new')).toHaveLength(everySignal.length);
    expect(await ask(store, { ...HOUR, metrics: ['session_cnt', 'visit_uv_new', 'requests', 'dropped'] })).toEqual([
      { session_cnt: 2, visit_uv_new: 2, requests: 1, dropped: 1 },
    ]);
  });
});

test('what was rolled up before there were these rollups is rolled up again', async () => {
  const open = newStore();
  await open(async (store) => {
    await migrate(store, { upTo: 2 });
    await insertBlock(store, blockOf('old', batchOf('old', [...visit, ...everySignal])));
    // The rollups of that time, in force.
    await execute(
      store,
      `INSERT INTO visit_hours SELECT {app:String}, toDateTime({hour:UInt32}, 'UTC'), 7, 1, 1, 9000, 1, uniqExactState('user-old')`,
      { app: APP, hour: MIDNIGHT / 1000 },
    );
    await putInForce(store);
  });
  await open(async (store) => {
    await migrate(store);
    const answer = () =>
      ask(store, { ...HOUR, metrics: ['session_cnt', 'requests', 'jsErrors', 'memory', 'openrate'] });
    const expected = [{ session_cnt: 1, requests: 1, jsErrors: 4_294_967_296, memory: 117.7376, openrate: 100 }];
    expect(await answer()).toEqual(expected);
    await rollUp(
      store,
      APP,
      (await listBuckets(store, APP, 0, 4e12)).map(({ hour }) => hour),
      () => 8,
    );
    expect((await listBuckets(store, APP, 0, 4e12)).map(({ rollupIds }) => rollupIds)).toEqual([[8]]);
    expect(await answer()).toEqual(expected);
  });
});

test('hours are rolled up again for the messages of their calls, but not those whose events are gone', async () => {
  const open = newStore();
  const DAY = 86_400;
  const gone = MIDNIGHT / 1000 - 40 * DAY;
  const laterOf = (id: string, days: number) =>
    batchOf(id, [{ n: 1, at: MIDNIGHT + days * DAY * 1000, kind: 'page_show', page }], {
      sessionAt: MIDNIGHT + days * DAY * 1000,
    });
  await open(async (store) => {
    await migrate(store, { upTo: 4 });
    await insertBlock(store, blockOf('old', batchOf('old', visit), laterOf('next', 2)));
    await execute(store, 'INSERT INTO buckets (app, hour, loads) SELECT {app:String}, {hour:UInt32}, 1', {
      app: APP,
      hour: gone,
    });
    await execute(
      store,
      `INSERT INTO visit_hours SELECT app, hour, 7, 1, 1, 9000, 1, uniqExactState('user-old') FROM buckets GROUP BY app, hour`,
    );
    await putInForce(store);
  });
  await open(async (store) => {
    await migrate(store);
    const dirty = (await listBuckets(store, APP, 0, 4e12)).filter(isDirty).map(({ hour }) => hour);
    expect(dirty).toEqual([MIDNIGHT / 1000 + 2 * DAY]);
  });
  const whole = newStore();
  await whole(async (store) => {
    await migrate(store, { upTo: 4 });
    await insertBlock(store, oldBlock);
    await execute(
      store,
      `INSERT INTO visit_hours SELECT app, hour, 7, 1, 1, 9000, 1, uniqExactState('user-old') FROM buckets GROUP BY app, hour`,
    );
    await putInForce(store);
    await migrate(store);
    expect((await listBuckets(store, APP, 0, 4e12)).every(isDirty)).toBe(true);
    expect(await ask(store, { ...HOUR, metrics: ['callMessages'], by: ['message'] })).toEqual([
      { message: 'no', callMessages: 1 },
    ]);
  });
});

test('hours with errors are rolled up again for how many single ones they have, and others stay as they are', async () => {
  const open = newStore();
  const DAY_S = 86_400;
  const later = (id: string, days: number, events: object[]) => {
    const at = MIDNIGHT + days * DAY_S * 1000;
    return batchOf(id, events.map((event, index) => ({ n: index + 1, at, ...event })) as Event[], { sessionAt: at });
  };
  const error = { kind: 'error', source: 'app', name: 'TypeError', errMsg: 'again', count: 5 };
  const seen = { kind: 'page_show', page };
  await open(async (store) => {
    await migrate(store, { upTo: 8 });
    await insertBlock(store, blockOf('old', later('failed', 0, [seen, error, error]), later('fine', 2, [seen])));
    const errors = `SELECT app, hour, 7, 'i', 'TypeError', 'again', '', '', 10, now64(3), now64(3) FROM buckets GROUP BY app, hour`;
    await execute(store, `INSERT INTO error_hours ${errors} HAVING toUnixTimestamp(hour) = ${MIDNIGHT / 1000}`);
    await execute(
      store,
      `INSERT INTO visit_hours SELECT app, hour, 7, 1, 1, 9000, 1, uniqExactState('user-old') FROM buckets GROUP BY app, hour`,
    );
    await putInForce(store);
  });
  await open(async (store) => {
    await migrate(store);
    const buckets = await listBuckets(store, APP, 0, 4e12);
    expect(buckets.map((bucket) => [bucket.hour, isDirty(bucket)])).toEqual([
      [MIDNIGHT / 1000, true],
      [MIDNIGHT / 1000 + 2 * DAY_S, false],
    ]);
    await rollUp(store, APP, [MIDNIGHT / 1000], () => 8);
    const [row] = await selectRows(store, 'SELECT errors, records FROM error_hours WHERE rollup_id = 8');
    expect(row).toEqual({ errors: 10, records: 2 });
  });
});

test('deliveries that were rolled up before they had reasons count as they did', async () => {
  const open = newStore();
  const delivery = (n: number, said: object) => ({
    ...{
      n,
      at: MIDNIGHT + n,
      kind: 'push_delivery',
      delivery: `delivery-${n}`,
      messageKey: '0123456789abcdef',
      attempt: n,
    },
    ...{ msgType: 'text', host: 'push.shop.example', outcome: 'invalid_response', durationMs: 80, ...said },
  });
  const sender = { session: { id: 'push', user: 'sender-1' }, device: {} };
  await open(async (store) => {
    await migrate(store, { upTo: 6 });
    await insertBlock(store, blockOf('old', batchOf('push', [delivery(1, {})] as Event[], sender)));
    await execute(
      store,
      `INSERT INTO push_hours SELECT {app:String}, toDateTime({hour:UInt32}, 'UTC'), 7, 'text', '', 'push.shop.example',
        'invalid_response', 1, 80, 80, quantilesTDigestState(0.5, 0.75, 0.95, 0.99)(toNullable(toUInt32(80)))`,
      { app: APP, hour: MIDNIGHT / 1000 },
    );
    await putInForce(store);
  });
  await open(async (store) => {
    await migrate(store);
    expect((await listBuckets(store, APP, 0, 4e12)).some(isDirty)).toBe(false);
    const byReason = () =>
      ask(store, { ...HOUR, metrics: ['callback_count', 'total_time_cost'], by: ['outcome', 'reason'] });
    const old = { outcome: 'invalid_response', reason: '', callback_count: 1, total_time_cost: 80 };
    expect(await byReason()).toEqual([old]);
    const said = { reason: 'html', content: '<xml>…</xml>' };
    await insertBlock(store, blockOf('new', batchOf('push', [delivery(2, said)] as Event[], sender)));
    expect(await byReason()).toEqual([old, { ...old, reason: 'html' }]);
    expect(await selectRows(store, 'SELECT reason, content FROM events WHERE n = 2')).toEqual([said]);
  });
});

test('a batch of which nothing is stored begins no session and makes nobody new', async () => {
  const open = newStore();
  await open(async (store) => {
    await migrate(store);
    const nothing = { dropped: [{ n: 0, reason: 'too_old' }], session: { id: 'none', user: 'user-old' } };
    await insertBlock(store, blockOf('none', batchOf('none', [], { ...nothing, sessionAt: MIDNIGHT - 86_400_000 })));
    await insertBlock(store, oldBlock);
    const metrics = ['session_cnt', 'visit_uv_new', 'dropped', 'numbered'] as const;
    expect(await ask(store, { ...HOUR, metrics })).toEqual([
      { session_cnt: 1, visit_uv_new: 1, dropped: 1, numbered: 4 },
    ]);
  });
});

/** The store of a process that ends after that many statements of the migration that is due. */
async function killedAfter(store: Store, statements: number): Promise<Store> {
  let left = statements + 2;
  const client = await store.run(async (own) => own);
  const mortal = new Proxy(client, {
    get: (target, name) => {
      if (name !== 'command') return Reflect.get(target, name).bind(target);
      return async (...args: Parameters<ClickHouseClient['command']>) => {
        if (left-- === 0) throw new Error('killed');
        return target.command(...args);
      };
    },
  });
  return new Store([mortal]);
}

test.each(Array.from({ length: NEWEST_SCHEMA }, (_, i) => i + 1))(
  'a store of schema %i keeps its events and its numbers, and knows its own blocks again',
  async (version) => {
    const open = newStore(await oldStore(version));
    await open(async (store) => {
      await migrate(store);
      await insertBlock(store, oldBlock);
      expect(await eventsOf(store, 'old')).toMatchObject(visit.map(({ n, kind }) => ({ n, kind })));
      expect(await visits(store)).toEqual([
        { session_cnt: 1, visit_pv: 1, visit_uv: 1, stay_time_session: 9, visit_depth: 1, calls: 1, errors: 1 },
      ]);
      expect(await selectRows(store, 'SELECT max(version) AS newest FROM migrations')).toEqual([
        { newest: NEWEST_SCHEMA },
      ]);
    });
  },
);

test('a store of a newer schema is left alone', async () => {
  const open = newStore();
  await open(async (store) => {
    await migrate(store);
    await execute(store, 'INSERT INTO migrations (version) SELECT {version:UInt32}', { version: NEWEST_SCHEMA + 1 });
    await expect(migrate(store)).rejects.toThrow(
      /newer version of Minilens: its schema is \d+, and this one knows up to/,
    );
  });
});

test('the embedded engine writes no logs of its own into the data directory', async () => {
  await newStore()(async (store) => {
    await migrate(store);
    expect(
      await selectRows(store, "SELECT name FROM system.tables WHERE database = 'system' AND name LIKE '%\\_log'"),
    ).toEqual([]);
  });
});
