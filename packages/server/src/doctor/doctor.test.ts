import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connectStore, execute } from '@minilens/store/connect';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { createAccounts } from '../admin/accounts.js';
import { createApps } from '../admin/apps.js';
import { openSpool } from '../collect/spool.js';
import { connectDb } from '../db/connect.js';
import { createSealedColumns } from '../db/sealed-columns.js';
import { createPushSettings } from '../push/push-settings.js';
import { loadSettings } from '../settings.js';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';
import { createTokenStore } from '../wechat/access-tokens.js';
import { createComponents } from '../wechat/components.js';
import { createWechatKeys } from '../wechat/security/wechat-keys.js';
import { examine } from './examine.js';
import type { Finding } from './finding.js';
import { lookAtAccounts } from './look-at-apps.js';
import { type Clocks, lookAtClock } from './look-at-clock.js';
import { lookAtDirectory, lookAtDisk, lookAtLimits, lookAtNode, readMachine } from './look-at-machine.js';
import { lookAtCertificate, lookAtListening, lookAtPublicUrl, type ReachSettings } from './look-at-reach.js';
import { lookAtSecretKey } from './look-at-secret-key.js';
import { lookAtSpool } from './look-at-spool.js';
import { lookAtEngines, lookAtStore } from './look-at-store.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const GB = 1024 ** 3;
const APPID = 'wx00000000000000aa';

const directory = mkdtempSync(join(tmpdir(), 'minilens-doctor-'));
afterAll(() => rmSync(directory, { recursive: true }));

let listeners: NetServer[] = [];
afterEach(() => {
  for (const listener of listeners) listener.close();
  listeners = [];
});

/** The origin of a server that listens on a free port. */
async function listen(server: NetServer): Promise<string> {
  listeners.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an event store that is away is a problem that says what becomes of the events', async () => {
  const store = connectStore({ urls: ['http://127.0.0.1:9'] });
  expect(await lookAtStore(store, 5_000)).toEqual({
    level: 'problem',
    says: expect.stringMatching(/does not answer: .*ECONNREFUSED.*wait in the spool/),
  });
  await store.close();
});

test('an event store that takes a connection and says nothing is not waited for', async () => {
  const store = connectStore({ urls: [await listen(createNetServer())] });
  expect(await lookAtStore(store, 100)).toMatchObject({
    level: 'problem',
    says: expect.stringContaining('nothing within'),
  });
  await store.close();
});

const engine = {
  version: '26.7.2.1',
  clockMs: 0,
  systemLogBytes: 0,
  disk: { name: 'default', freeBytes: 50 * GB, totalBytes: 100 * GB },
};
test.each([
  ['as it should be', {}, 'ok', /ClickHouse 26\.7/],
  ['old', { version: '24.3.1.2' }, 'warning', /24\.3\.1\.2 is older than 25\.3.*upgrade/],
  ['full of logs of itself', { systemLogBytes: 7 * GB }, 'warning', /7\.0 GB: give them a <ttl>/],
  ['on a full disk', { disk: { ...engine.disk, freeBytes: GB } }, 'problem', /default has 1\.0 GB left of 100\.0 GB/],
])('an engine %s is told', (_name, over, level, says) => {
  expect(lookAtEngines([engine, { ...engine, ...over }])).toEqual({ level, says: expect.stringMatching(says) });
});

test('a spool is looked at for its length, its age and what was set aside', async () => {
  const spool = openSpool(join(directory, 'spool'), { maxBytes: 3 * 4_096 });
  const receivedAt = Date.UTC(2026, 2, 2);
  const put = () =>
    spool.append({ app: APPID, session: 's' }, () => ({
      ledger: undefined,
      batches: [JSON.stringify({ receivedAt, filler: 'x'.repeat(1_500) })],
      result: undefined,
    }));
  expect(lookAtSpool(spool, receivedAt)).toMatchObject({ level: 'ok' });
  await put();
  expect(lookAtSpool(spool, receivedAt + 60_000)).toMatchObject({ level: 'ok' });
  expect(lookAtSpool(spool, receivedAt + 2 * HOUR)).toMatchObject({
    level: 'warning',
    says: expect.stringContaining('the oldest since 2 hours'),
  });
  for (let i = 0; i < 4; i++) await put();
  expect(lookAtSpool(spool, receivedAt)).toMatchObject({
    level: 'problem',
    says: expect.stringContaining('When it is full'),
  });

  const block = await spool.nextBlock({ maxBatches: 10, maxBytes: 1e6 });
  if (block === undefined) throw new Error('The spool gave no block');
  await spool.remove(block, [{ batch: 'bad', reason: 'no JSON', type: 'CANNOT_PARSE' }]);
  expect(lookAtSpool(spool, receivedAt)).toMatchObject({
    level: 'problem',
    says: expect.stringContaining('1 were refused'),
  });
  await spool.close();
});

test('a clock is compared with the files, the engines and the devices', async () => {
  const now = Date.UTC(2026, 2, 2);
  const dataDirectory = mkdtempSync(join(directory, 'clock-'));
  const clocks: Clocks = {
    now,
    engines: [{ ...engine, clockMs: now + 1_000 }],
    dataDirectory,
    medianSkewMs: undefined,
  };
  expect(await lookAtClock(clocks)).toMatchObject({ level: 'ok' });
  const says = async (over: Partial<Clocks>) => {
    const said = await lookAtClock({ ...clocks, ...over });
    return `${said.level}: ${said.says}`;
  };
  const engineAt = (clockMs: number) => says({ engines: [{ ...engine, clockMs }] });
  expect(await engineAt(now - 20_000)).toMatch(/warning.*ClickHouse are 20 seconds apart/);
  expect(await engineAt(now + 2 * HOUR)).toMatch(/problem.*ClickHouse are 2 hours apart/);
  expect(await says({ medianSkewMs: -3 * DAY })).toMatch(/problem: most devices are 3 days ahead of/);
  writeFileSync(join(dataDirectory, 'accounts.sqlite'), '');
  utimesSync(join(dataDirectory, 'accounts.sqlite'), now / 1000, (now + DAY) / 1000);
  expect(await says({})).toMatch(/problem: this machine's clock was set back: .* 1 day ahead/);
});

test('a disk is told by what is free on it', async () => {
  expect(await lookAtDisk(directory, { low: 0, least: 0 })).toMatchObject({ level: 'ok' });
  expect(await lookAtDisk(directory, { low: 1e18, least: 0 })).toMatchObject({ level: 'warning' });
  expect(await lookAtDisk(directory, { low: 1e18, least: 1e18 })).toMatchObject({ level: 'problem' });
});

test('a data directory that others may look into is a problem, with the command that mends it', async () => {
  const open = mkdtempSync(join(directory, 'open-'));
  expect(await lookAtDirectory(open)).toMatchObject({ level: 'ok' });
  chmodSync(open, 0o755);
  expect(await lookAtDirectory(open)).toEqual({ level: 'problem', says: expect.stringContaining(`chmod 700 ${open}`) });
});

test.each([
  ['enough of everything', {}, 'ok'],
  ['few files', { openFiles: 1_024 }, 'warning'],
  ['few threads', { threads: 4 }, 'warning'],
])('a process with %s is told', (_name, over, level) => {
  const machine = { nodeVersion: '20.20.0', openFiles: 65_536, threads: 16 };
  expect(lookAtLimits({ ...machine, ...over })).toMatchObject({ level });
});

test.each([
  ['20.19.0', 'ok'],
  ['24.1.0', 'ok'],
  ['20.18.3', 'problem'],
  ['18.20.0', 'problem'],
])('Node %s is %s', (nodeVersion, level) => {
  expect(lookAtNode({ nodeVersion, openFiles: undefined, threads: 16 })).toMatchObject({ level });
});

const reach = (over: Partial<ReachSettings>): ReachSettings => ({ host: '127.0.0.1', trustProxy: false, ...over });

test.each<[string, Partial<ReachSettings>, string]>([
  ['this machine only', {}, 'ok'],
  ['all addresses behind a proxy', { host: '0.0.0.0', trustProxy: true }, 'ok'],
  ['all addresses with TLS', { host: '::', tlsCert: 'a', tlsKey: 'b' }, 'ok'],
  ['all addresses in plain text', { host: '0.0.0.0' }, 'problem'],
])('listening on %s is told', (_name, over, level) => {
  expect(lookAtListening(reach(over))).toMatchObject({ level });
});

test('a public address is asked as a device would, and https is wanted', async () => {
  const ours = await listen(createHttpServer((_request, response) => response.end('{"status":"ok"}')));
  const other = await listen(createHttpServer((_request, response) => response.writeHead(404).end('no')));
  const look = async (over: Partial<ReachSettings>, isListening = true) => {
    const { level, says } = await lookAtPublicUrl(reach(over), isListening);
    return `${level}: ${says}`;
  };
  expect(await look({ publicUrl: ours })).toMatch(/^ok/);
  expect(await look({ publicUrl: other })).toMatch(/problem: .*status 404/);
  const gone = createNetServer();
  const goneUrl = await listen(gone);
  await new Promise((resolve) => gone.close(resolve));
  expect(await look({ publicUrl: goneUrl })).toMatch(/problem: .*ECONNREFUSED/);
  expect(await look({ publicUrl: 'http://lens.example' }, false)).toMatch(/warning: .*https only/);
  expect(await look({ publicUrl: 'https://lens.example' }, false)).toMatch(/^ok/);
  expect(await look({})).toMatch(/^ok/);
  expect(await look({ host: '0.0.0.0' })).toMatch(/warning: none set: set MINILENS_PUBLIC_URL/);
});

test('a certificate is read, and told before it expires', async () => {
  const make = (name: string) => {
    const [tlsKey, tlsCert] = [join(directory, `${name}.key`), join(directory, `${name}.crt`)];
    const words = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj /CN=localhost';
    execFileSync('openssl', [...words.split(' '), '-keyout', tlsKey, '-out', tlsCert], { stdio: 'ignore' });
    return { tlsKey, tlsCert };
  };
  const [own, other] = [make('own'), make('other')];
  const look = async (over: Partial<ReachSettings>, inMs = 0) => {
    const { level, says } = await lookAtCertificate(reach({ ...own, ...over }), Date.now() + inMs);
    return `${level}: ${says}`;
  };
  expect(await look({})).toMatch(/^ok/);
  expect(await look({}, 355 * DAY)).toMatch(/warning: expires in \d+ days: renew it/);
  expect(await look({}, 400 * DAY)).toMatch(/problem: expired 3\d days ago/);
  expect(await look({ tlsKey: other.tlsKey })).toMatch(/problem: .*not the key of/);
  expect(await look({ tlsCert: join(directory, 'nowhere') })).toMatch(/problem: MINILENS_TLS_CERT names .*nowhere/);
  expect(await look({ tlsKey: own.tlsCert })).toMatch(/problem: MINILENS_TLS_KEY names/);
});

test('accounts that do not answer are a problem', async () => {
  const db = await connectDb(':memory:');
  const accounts = createAccounts(db, Date.now);
  expect(await lookAtAccounts(accounts)).toMatchObject({ level: 'warning' });
  await db.destroy();
  expect(await lookAtAccounts(accounts)).toMatchObject({
    level: 'problem',
    says: expect.stringContaining('does not answer'),
  });
});

test('a key that is not the one secrets were kept with is a problem', async () => {
  const db = await connectDb(':memory:');
  await createApps(db, Date.now).add(APPID, 'Shop');
  const lostWith = async (key: Buffer) => [
    ...(await createComponents(db, createTokenStore(db), key, Date.now).lost()),
    ...(await createWechatKeys(db, createSealedColumns(key), Date.now).lost()),
    ...(await createPushSettings(db, createSealedColumns(key), Date.now).lost()),
  ];
  const [own, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  await createComponents(db, createTokenStore(db), own, Date.now).add('wx00000000000000cc', 'Provider');
  await createWechatKeys(db, createSealedColumns(own), Date.now).issueCloud(APPID);
  await createApps(db, Date.now).add('wx00000000000000dd', 'Café');
  await createPushSettings(db, createSealedColumns(own), Date.now).change('wx00000000000000dd', {
    token: 'Tea4Mountains',
  });
  expect(lookAtSecretKey(await lostWith(own))).toMatchObject({ level: 'ok' });
  expect(lookAtSecretKey(await lostWith(other))).toEqual({
    level: 'problem',
    says: expect.stringContaining(`is not the one that belongs to wx00000000000000cc, ${APPID}, wx00000000000000dd`),
  });
  await db.destroy();
});

/** What only shows in a server with events in it. */
const NOW = Date.UTC(2026, 2, 2, 3, 30);
let server: TestServer | undefined;
beforeEach(() => {
  server = undefined;
});
afterEach(() => server?.stop());

async function examined(of: TestServer): Promise<Record<string, string>> {
  const { body } = await of.get<Finding[]>('/api/v1/doctor', of.asOwner);
  return Object.fromEntries(body.map(({ what, level, says }) => [what, `${level}: ${says}`]));
}

test('an app that stopped sending, events that never came, hours without rollup and devices that disagree are told', async () => {
  server = await startTestServer(NOW);
  await server.prepare();
  expect((await examined(server)).apps).toMatch(/warning: no app yet/);
  const app = await server.addApp(APPID);
  // The store dates what it is given by the real clock.
  server.clock.now = Date.now();
  await server.post('/v1/collect', envelopeOf(app, server.clock.now));
  await server.drain();
  expect(await examined(server)).toMatchObject({
    'event store': expect.stringMatching(/^ok/),
    engine: expect.stringMatching(/^ok/),
    schema: expect.stringMatching(/^ok/),
    rollups: expect.stringMatching(/^ok/),
    loss: expect.stringMatching(/^ok/),
    spool: expect.stringMatching(/^ok/),
    jobs: expect.stringMatching(/^ok/),
    apps: expect.stringMatching(/^ok/),
    clock: expect.stringMatching(/^ok/),
  });

  for (const user of ['user-00000002', 'user-00000003']) {
    const ahead = envelopeOf(app, server.clock.now + HOUR);
    const [event] = ahead.events as [Record<string, unknown>];
    const events = [...ahead.events, { ...event, n: 400 }];
    await server.post('/v1/collect', { ...ahead, session: { ...ahead.session, user }, events });
  }
  await server.drain();
  expect((await examined(server)).clock).toMatch(/problem: most devices are 1 hour ahead of this machine/);

  server.clock.now += 4 * HOUR;
  expect(await examined(server)).toMatchObject({
    loss: expect.stringMatching(new RegExp(`warning: .*${APPID} 9\\d\\.\\d %`)),
    rollups: expect.stringMatching(/warning: \d hours of 1 apps wait for their rollup/),
  });

  server.clock.now += 2 * DAY;
  expect((await examined(server)).apps).toMatch(new RegExp(`warning: ${APPID} for 2 days sent nothing`));
});

test('a schema newer than the program is a problem, and nothing more is asked of it', async () => {
  server = await startTestServer(NOW);
  await server.prepare();
  const store = connectStore({ path: join(server.data, 'events') });
  await execute(store, 'INSERT INTO migrations (version) VALUES (999)');
  await store.close();
  const found = await examined(server);
  expect(found.schema).toMatch(/problem: the event store has schema 999, this program knows \d+/);
  expect(found).not.toHaveProperty('rollups');
});

test('what cannot be asked is a finding, and not taken for well or for nothing', async () => {
  const url = await listen(
    createHttpServer(async (request, response) => {
      const isRefused = (await text(request)).includes('system.disks');
      response.writeHead(isRefused ? 403 : 200).end(isRefused ? 'Code: 497. DB::Exception: Not enough privileges' : '');
    }),
  );
  const data = mkdtempSync(join(directory, 'unasked-'));
  const [store, db] = [connectStore({ urls: [url] }), await connectDb(':memory:')];
  const spool = openSpool(join(data, 'spool'), { maxBytes: 1024 ** 2 });
  const [apps, accounts] = [createApps(db, Date.now), createAccounts(db, Date.now)];
  await db.destroy();
  const found = await examine({
    ...{ store, spool, apps, accounts, now: Date.now, patienceMs: 5_000, machine: readMachine() },
    settings: loadSettings({ MINILENS_DATA: data }),
    ...{ isListening: () => false, lostSecrets: async () => [], failingJobs: () => [] },
  });
  for (const what of ['engine', 'apps'])
    expect(found.find((one) => one.what === what)).toMatchObject({
      level: 'problem',
      says: expect.stringContaining('could not be looked at'),
    });
  await Promise.all([store.close(), spool.close()]);
});

test('only an owner may ask, and may have rollups compared with events', async () => {
  server = await startTestServer(NOW);
  const app = await server.addApp(APPID);
  await server.post('/v1/collect', envelopeOf(app, NOW));
  await server.drain();
  expect((await server.get('/api/v1/doctor')).status).toBe(401);
  const path = `/api/v1/apps/${APPID}/check`;
  expect((await server.post(path, {})).status).toBe(401);
  expect((await server.post(path, { from: '2026-03-02' }, server.asOwner)).body).toMatchObject({
    code: 'INVALID_RANGE',
  });
  await server.post(`/api/v1/apps/${APPID}/rollup`, { from: '2026-03-02', to: '2026-03-02' }, server.asOwner);

  const { body } = await server.post(path, { from: '2026-03-02', to: '2026-03-02' }, server.asOwner);
  expect(body).toMatchObject({ timezone: 'Asia/Shanghai', left: 0, check: { hours: 1, events: 3, differing: 0 } });
});
