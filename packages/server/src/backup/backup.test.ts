import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectStore, selectRows } from '@minilens/store/connect';
import type { Receipt } from '@minilens/wire/receipt';
import type { Keeping, NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEY_FILE } from '../admin/secret-key.js';
import { createServer, type Server } from '../main.js';
import { loadSettings } from '../settings.js';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';
import { type Manifest, manifestPath } from './manifest.js';
import { restore } from './restore.js';
import type { BackupLine } from './routes.js';

const NOW = Date.UTC(2026, 2, 20, 4);
const DAY_MS = 86_400_000;

const scratch = mkdtempSync(join(tmpdir(), 'minilens-backup-'));
const directory = join(scratch, "it's a backup");
let server: TestServer;
let app: NewApp;
const sent = [0, 1, 40, 70].map((days) => NOW - days * DAY_MS);

const send = async (to: Pick<Server, 'app' | 'localToken'>, envelopes: object[]) =>
  (
    await to.app.inject({
      method: 'POST',
      url: `/v1/import?app=${app.appid}`,
      headers: { authorization: `Bearer ${to.localToken}` },
      payload: envelopes.map((envelope) => JSON.stringify(envelope)).join('\n'),
    })
  ).json<Receipt>();

let envelopes: object[];
let waiting: object;
/** What the server said last. One process holds one event store, so it is stopped before its copy is opened. */
let answers: unknown[];
beforeAll(async () => {
  server = await startTestServer(NOW);
  app = await server.addApp('wx00000000000000aa');
  envelopes = sent.map((at) => envelopeOf(app, at));
  waiting = envelopeOf(app, NOW - 5 * DAY_MS);
  await server.put(`/api/v1/apps/${app.appid}/keeping`, { eventsDays: 120 }, server.asOwner);
  await send(server, envelopes);
  await server.drain();
  await server.post(`/api/v1/apps/${app.appid}/rollup`, { from: '2026-01-01', to: '2026-03-01' }, server.asOwner);
  // Acknowledged, and still in the spool when the backup is made.
  await send(server, [waiting]);
});
afterAll(() => rmSync(scratch, { recursive: true }));

const linesOf = (body: string) =>
  body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as BackupLine);
const makeBackup = async (into: string, headers: Record<string, string> = server.asOwner) => {
  const { status, body } = await server.app
    .inject({ method: 'POST', url: '/api/v1/backup', headers, payload: { directory: into } })
    .then((answer) => ({ status: answer.statusCode, body: answer.body }));
  return { status, lines: linesOf(body) };
};
const settingsOf = (data: string) => loadSettings({ MINILENS_DATA: data, MINILENS_LOG_LEVEL: 'silent' }, scratch);
const ignore = () => {};

/** Opens a data directory as a server would, and closes it. */
async function opened<T>(data: string, use: (opened: Server) => Promise<T>): Promise<T> {
  const own = await createServer(settingsOf(data), { now: () => NOW });
  try {
    return await use(own);
  } finally {
    await own.close();
  }
}
const report = async ({ app: routes, localToken }: Server) => {
  const get = (path: string) =>
    routes.inject({ url: `/api/v1/apps/${app.appid}/${path}`, headers: { authorization: `Bearer ${localToken}` } });
  return [
    (await get('interfaces/requestPayment?from=2026-01-01&to=2026-03-20')).json(),
    (await get('interfaces/requestPayment/records?from=2026-01-01&to=2026-03-20')).json(),
    (await get('keeping')).json<Keeping>(),
  ];
};

test('a backup says how far it is, ends with its manifest, and leaves nothing behind', async () => {
  const { lines } = await makeBackup(directory);
  const last = lines.at(-1) as BackupLine & { done: { files: number } };
  expect(last).toMatchObject({ done: { directory, files: expect.any(Number), pauseMs: expect.any(Number) } });
  expect(lines.at(-2)).toMatchObject({ files: last.done.files, ofFiles: last.done.files });
  const manifest = JSON.parse(readFileSync(manifestPath(directory), 'utf8')) as Manifest;
  expect(manifest.files.find(({ piece }) => piece?.table === 'events')?.piece?.rows).toBeGreaterThan(0);

  const store = connectStore({ path: join(server.data, 'events') });
  expect(await selectRows(store, "SELECT name FROM system.tables WHERE name LIKE 'backup\\_%'")).toEqual([]);
  await store.close();
});

test.each([
  ['a directory with something in it', () => scratch, /is not empty/],
  ['a relative path', () => 'backup', /no absolute path/],
  ['the data directory', () => join(server.data, 'events', 'backup'), /is in the data directory/],
  ['a pattern', () => join(scratch, 'a*b'), /Choose another directory/],
])('a backup into %s is refused', async (_name, into, sentence) => {
  const before = readdirSync(scratch);
  expect((await makeBackup(into())).lines).toEqual([{ failed: expect.stringMatching(sentence) }]);
  expect(readdirSync(scratch)).toEqual(before);
});

test('a backup that breaks off says why, and what to do with what there is of it', async () => {
  const file = join(scratch, 'file');
  writeFileSync(file, '');
  const inFile = join(file, 'backup');
  expect((await makeBackup(inFile)).lines).toEqual([
    { failed: `The backup failed: ENOTDIR: not a directory, mkdir '${inFile}'. Remove ${inFile}, and begin again.` },
  ]);
});

test('a backup is its owner’s alone, also in a directory that was open before', async () => {
  const open = join(scratch, 'open');
  mkdirSync(open, { mode: 0o755 });
  await makeBackup(open);
  expect(statSync(open).mode & 0o777).toBe(0o700);
});

test('only the command line on the machine makes backups', async () => {
  expect((await makeBackup(join(scratch, 'stolen'), {})).status).toBe(401);
  expect(existsSync(join(scratch, 'stolen'))).toBe(false);
});

test('the server that was backed up goes on, and is stopped', async () => {
  await server.drain();
  answers = await report(server);
  expect(answers[1]).toMatchObject({ total: 5 });
  await server.stop();
});

test('a restored copy gives the same answers, knows what was acknowledged, and goes on counting once', async () => {
  const data = join(scratch, 'copy');
  await restore(settingsOf(data), directory, ignore);
  expect(readFileSync(join(data, KEY_FILE))).toEqual(readFileSync(join(directory, KEY_FILE)));
  await opened(data, async (copy) => {
    expect(copy.pendingBatches()).toBe(1);
    await copy.drain();
    expect(await report(copy)).toEqual(answers);
    expect(await send(copy, [...envelopes, waiting])).toEqual({ accepted: 0, dropped: { duplicate: 15 } });
    expect(await send(copy, [envelopeOf(app, NOW - DAY_MS)])).toEqual({ accepted: 3, dropped: {} });
  });
  await expect(restore(settingsOf(data), directory, ignore)).rejects.toThrow(/holds data already \(accounts.sqlite/);
});

test('an interrupted restore keeps the server from starting, and is run again', async () => {
  const data = join(scratch, 'interrupted');
  const killed = (step: string, file: number) => {
    if (step === 'restoring' && file === 5) throw new Error('killed');
  };
  await expect(restore(settingsOf(data), directory, killed)).rejects.toThrow('killed');
  await expect(createServer(settingsOf(data))).rejects.toThrow(/was interrupted. Run minilens restore again/);
  await restore(settingsOf(data), directory, ignore);
  await opened(data, async (copy) => {
    await copy.drain();
    expect(await report(copy)).toEqual(answers);
  });
});

test('a restore into an event store that is away says so, and has begun nothing', async () => {
  const data = join(scratch, 'away');
  const settings = { ...settingsOf(data), clickhouseUrl: 'http://127.0.0.1:9' };
  await expect(restore(settings, directory, ignore)).rejects.toThrow(
    /^The event store of MINILENS_CLICKHOUSE_URL does not answer: .*ECONNREFUSED.* run minilens restore again\.$/,
  );
  expect(readdirSync(data)).toEqual(['lock']);
});

test('a backup that was moved to where the engine would read a pattern is refused before anything is written', async () => {
  const [data, moved] = [join(scratch, 'of a pattern'), join(scratch, 'moved [1]')];
  cpSync(directory, moved, { recursive: true });
  await expect(restore(settingsOf(data), moved, ignore)).rejects.toThrow(/has one of .* in it\. Move the backup/);
  expect(existsSync(data)).toBe(false);
});

test.each([
  [
    'damaged',
    () => appendFileSync(join(directory, 'spool/data.mdb'), 'x'),
    /spool\/data\.mdb is not as it was written/,
  ],
  ['incomplete', () => rmSync(join(directory, 'spool/data.mdb')), /spool\/data\.mdb is missing/],
  ['of a cluster', () => change((manifest) => ({ ...manifest, shards: 3 })), /of 3 shards and the store has 1/],
  [
    'without its accounts',
    () => change(({ files, ...rest }) => ({ ...rest, files: files.filter(({ path }) => path !== 'accounts.sqlite') })),
    /accounts .* are in PostgreSQL/,
  ],
  ['of a later schema', () => change((manifest) => ({ ...manifest, schema: 1_000 })), /knows up to \d+\. Use a newer/],
  ['of a later format', () => change((manifest) => ({ ...manifest, format: 2 })), /has format 2.* Use a newer/],
  ['leaving its directory', () => change(withPath('../../etc/passwd')), /manifest\.json in .* is damaged/],
  ['no JSON', () => writeFileSync(manifestPath(directory), '{"format":'), /is damaged: it is not JSON/],
  ['unfinished', () => rmSync(manifestPath(directory)), /holds no finished backup/],
])('a backup that is %s is refused before anything is written', async (name, spoil, sentence) => {
  spoil();
  const data = join(scratch, `refused ${name}`);
  await expect(restore(settingsOf(data), directory, ignore)).rejects.toThrow(sentence);
  expect(existsSync(data)).toBe(false);
});
const change = (edit: (manifest: Manifest) => object) =>
  writeFileSync(
    manifestPath(directory),
    JSON.stringify(edit(JSON.parse(readFileSync(manifestPath(directory), 'utf8')))),
  );
const withPath =
  (path: string) =>
  ({ files, ...rest }: Manifest) => ({ ...rest, format: 1, files: [{ ...files[0], path }, ...files.slice(1)] });
