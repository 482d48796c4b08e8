import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { connectStore, execute } from '@minilens/store/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMinilens, startServer } from './process/server-process.js';

const APPID = 'wx00000000000000aa';
/** A whole hour of 1 March 2026, 12:00 in Shanghai. */
const HOUR = Date.UTC(2026, 2, 1, 4);
const data = mkdtempSync(join(tmpdir(), 'minilens-doctor-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

const minilens = (...args: string[]) => runMinilens(data, ...args);
const rollUp = () => minilens('rollup', '--app', APPID, '--from', '2026-03-01', '--to', '2026-03-02');

/** What a command printed that must fail. */
const fails = (...args: string[]) =>
  minilens(...args).then(
    (printed) => expect.fail(`It should have failed, but printed ${printed}`),
    (error: { code: number; stdout: string; stderr: string }) => {
      expect(error.code).toBe(1);
      return error.stdout + error.stderr;
    },
  );

/** Changes what is stored behind the program's back. */
async function change(statement: string): Promise<void> {
  const store = connectStore({ path: join(data, 'events') });
  await execute(store, statement, { app: APPID, hour: HOUR / 1000 });
  await store.close();
}

beforeAll(async () => {
  await minilens('app', 'add', APPID, '--json');
  const random = createSeededRandom(4);
  const lines = Array.from({ length: 50 }, (_, i) =>
    JSON.stringify(ordinaryBatch({ appid: APPID, key: 'unused' }, random, HOUR + i * 600_000)),
  );
  const file = join(data, 'history.ndjson');
  writeFileSync(file, lines.join('\n'));
  await minilens('import', file, '--app', APPID, '--json');
  await rollUp();
});

test('rollups that agree with their events are said to, by a server and without one', async () => {
  const said = await minilens('doctor', '--deep');
  expect(said).toMatch(
    new RegExp(`^✓ ${APPID}: \\d+ hours, \\d+ rows and [\\d,]+ values of rollups compared with 1,000 events\n$`),
  );
  const server = await startServer(data);
  try {
    expect(await minilens('doctor', '--deep', '--app', APPID)).toBe(said);
    expect(await minilens('doctor')).toMatch(/✓ event store .*\n✓ engine /);
  } finally {
    await server.stop();
  }
});

test('a value that was broken is named with its remedy, and the remedy mends it', async () => {
  await change(`ALTER TABLE visit_hours UPDATE visit_pv = visit_pv + 7
    WHERE app = {app:String} AND hour = toDateTime({hour:Int64}, 'UTC') SETTINGS mutations_sync = 1`);
  const said = await fails('doctor', '--deep', '--from', '2026-03-01', '--to', '2026-03-01');
  expect(said).toMatch(/^✗/);
  expect(said.match(/^ {2}2026.*$/gm)).toEqual([
    expect.stringMatching(/^ {2}2026-03-01 12:00 visits: visit_pv is \d+, its events say \d+$/),
  ]);
  expect(said).toContain(`minilens rollup --app ${APPID} --from 2026-03-01 --to 2026-03-01`);
  await rollUp();
  expect(await minilens('doctor', '--deep')).toMatch(/^✓/);
});

test('an event stored twice is named', async () => {
  await change(
    `INSERT INTO events SELECT * FROM events WHERE app = {app:String} AND kind = 'launch' ORDER BY session_id LIMIT 1`,
  );
  const [check] = JSON.parse(await fails('doctor', '--deep', '--json'));
  expect(check).toMatchObject({ app: APPID, doubled: 1, differing: 0, doubles: [{ n: 1, copies: 2 }] });
});

test('what keeps a server from starting is a finding too', async () => {
  const env = { MINILENS_TLS_CERT: '/nowhere/cert.pem', MINILENS_TLS_KEY: '/nowhere/key.pem' };
  Object.assign(process.env, env);
  try {
    expect(JSON.parse(await fails('doctor', '--json'))).toEqual([
      { what: 'start', level: 'problem', says: expect.stringContaining('/nowhere/cert.pem, which cannot be read') },
    ]);
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
});

test('options of the deep look alone are refused with a sentence', async () => {
  expect(await fails('doctor', '--app', APPID)).toContain('belong to --deep');
});
