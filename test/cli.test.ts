import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import type { NewApp } from '@minilens/wire/report-api';
import type { NewWechatKey } from '@minilens/wire/wechat-keys';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINILENS, runMinilens, runMinilensWith, type ServerProcess, startServer } from './process/server-process.js';

const APPID = 'wx00000000000000aa';
const scratch = mkdtempSync(join(tmpdir(), 'minilens-cli-'));
const data = join(scratch, 'data');
let app: NewApp;
beforeAll(async () => {
  app = JSON.parse(await runMinilens(data, 'app', 'add', APPID, '--name', 'Shop', '--json'));
  cpSync(data, join(scratch, 'with-app'), { recursive: true });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Another data directory that knows the app and has no events. */
function directoryOf(name: string): string {
  const directory = join(scratch, name);
  cpSync(join(scratch, 'with-app'), directory, { recursive: true });
  return directory;
}

const fails = (...args: string[]) =>
  runMinilens(data, ...args).then(
    (printed) => expect.fail(`It should have failed, but printed ${printed}`),
    (error: { stderr: string }) => error.stderr,
  );

/** Ten batches of 1 March 2026, one a line. */
const random = createSeededRandom(3);
const lines = Array.from({ length: 10 }, () =>
  JSON.stringify(ordinaryBatch({ appid: APPID, key: 'unused' }, random, Date.UTC(2026, 2, 1, 4))),
);
const fileOf = (name: string, content: readonly string[]) => {
  const path = join(data, name);
  writeFileSync(path, content.join('\n'));
  return path;
};

test('a directory that is not there is not made to be backed up', async () => {
  const nowhere = join(data, 'nowhere');
  await expect(runMinilens(nowhere, 'backup', join(data, 'backup'))).rejects.toThrow(/There is no data directory/);
  expect(existsSync(nowhere)).toBe(false);
});

test('what was taken while the event store is away waits for a server, and the command has done its work', async () => {
  const own = directoryOf('away');
  const away = { MINILENS_CLICKHOUSE_URL: 'http://127.0.0.1:9' };
  const imported = await runMinilensWith(away, own, 'import', fileOf('away.ndjson', lines), '--app', APPID, '--json');
  expect(JSON.parse(imported.split('\n')[0] as string)).toMatchObject({ accepted: 200 });
  expect(await runMinilens(own, 'doctor')).toContain('10 batches');
});

test('what comes slowly on standard input is imported whole, and the event store takes none of it for its own', async () => {
  const own = directoryOf('stdin');
  const child = spawn(process.execPath, [MINILENS, 'import', '-', '--app', APPID, '--json'], {
    env: { ...process.env, MINILENS_DATA: own },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // Enough for several requests, with pauses in which a loader would find something to do.
  const many = Array.from({ length: 900 }, () =>
    JSON.stringify(ordinaryBatch({ appid: APPID, key: 'unused' }, random, Date.UTC(2026, 2, 1, 4))),
  );
  for (let start = 0; start < many.length; start += 225) {
    child.stdin.write(`${many.slice(start, start + 225).join('\n')}\n`);
    await sleep(400);
  }
  child.stdin.end();
  expect(JSON.parse(await text(child.stdout))).toEqual({ lines: 900, accepted: 18_000, dropped: {} });
  expect(await runMinilens(own, 'doctor')).toContain('0 batches');
});

test('a server left with something on its standard input stores what devices send, and only that', async () => {
  const server = await startServer(data, { stdin: '{"app":"junk"}\n'.repeat(1_000) });
  try {
    const now = Date.now();
    const body = JSON.stringify({ ...ordinaryBatch(app, random, now - 120_000), sentAt: now });
    expect(await (await fetch(`${server.url}/v1/collect`, { method: 'POST', body })).json()).toEqual({
      accepted: 20,
      dropped: {},
    });
    const metrics = async () => (await fetch(`${server.url}/metrics`)).text();
    await expect.poll(metrics, { timeout: 20_000 }).toContain('minilens_spool_batches 0');
    expect(await metrics()).toContain('minilens_batches_refused 0');
  } finally {
    await server.stop();
  }
});

test('commands give the same whether a server is up or not, and a server is found by its directory', async () => {
  const file = fileOf('history.ndjson', lines);
  const imported = JSON.parse(await runMinilens(data, 'import', file, '--app', APPID, '--json'));
  expect(imported).toEqual({ lines: 10, accepted: 200, dropped: {} });

  const agent = ['app', 'agent', APPID, '--hook-apis', '*', '--sampling', 'session=0.5', '--json'];
  const configured = await runMinilens(data, ...agent);
  expect(JSON.parse(configured).values).toEqual({ hookApis: ['*'], sampling: { session: 0.5 } });

  const server: ServerProcess = await startServer(data);
  try {
    expect(await runMinilens(data, 'import', file, '--app', APPID)).toBe(
      '10 lines read, 0 events taken, not taken: 200 duplicate.\n',
    );
    expect(await runMinilens(data, 'rollup', '--app', APPID, '--from', '2026-03-01', '--to', '2026-03-02')).toBe(
      '1 hours with events in 2 days computed again.\n',
    );
    expect(await runMinilens(data, ...agent)).toBe(configured);
    expect(await runMinilens(data, 'app', 'agent', APPID, '--reset')).toMatch(/^No remote configuration/);
    expect(await runMinilens(data, 'doctor')).toMatch(/✓ event store.*answers/);
    await expect(startServer(data)).rejects.toThrow(/already running/);
  } finally {
    await server.stop();
  }
  expect(await runMinilens(data, 'app', 'list', '--json')).toBe(`[{"appid":"${APPID}","name":"Shop"}]\n`);
});

const RANGE = ['--from', '2026-03-01', '--to', '2026-03-01'];

test('events are exported into a file that import takes again', async () => {
  const file = join(data, 'exported.ndjson');
  const args = ['export', '--app', APPID, ...RANGE, '--format', 'envelopes', '--output', file];
  expect(JSON.parse(await runMinilens(data, ...args, '--json'))).toMatchObject({ file, events: 200 });
  expect(await fails(...args)).toMatch(/is there already/);
  const imported = await runMinilens(directoryOf('other'), 'import', file, '--app', APPID, '--json');
  expect(JSON.parse(imported)).toMatchObject({ accepted: 200 });
});

describe('with a server up', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer(data);
  });
  afterAll(() => server.stop());

  test('an app is added once and listed', async () => {
    expect(Object.keys(app).sort()).toEqual(['appid', 'key', 'secret']);
    expect(await fails('app', 'add', APPID)).toContain('is here already');
    expect(await runMinilens(data, 'app', 'list')).toBe(`${APPID}  Shop\n`);
  });

  test('a broken line is named by its place in the file, and nothing of its piece is taken', async () => {
    const broken = fileOf('broken.ndjson', [...lines.slice(0, 3), '{"v":1', ...lines.slice(3)]);
    expect(await fails('import', broken, '--app', APPID)).toMatch(
      /Line 4 is not JSON\. Nothing was taken\. Mend the line/,
    );
  });

  test('how long events and rollups are kept is changed', async () => {
    expect(await runMinilens(data, 'app', 'keep', APPID)).toMatch(/events +90 days\n +rollups +1095 days/);
    expect(JSON.parse(await runMinilens(data, 'app', 'keep', APPID, '--events', '365', '--json'))).toEqual({
      eventsDays: 365,
      rollupsDays: 1_095,
      eventsFrom: null,
    });
  });

  test.each([
    [['import', 'nowhere.ndjson', '--app', APPID], /There is no file nowhere\.ndjson/],
    [['import', '.', '--app', APPID], /^minilens: There is no file/],
    [['export', '--app', APPID, ...RANGE, '--output', 'nowhere/file'], /broke off/],
    [['export', '--app', 'wx00000000000000ff', ...RANGE, '-o', 'nowhere/file'], /no app wx0/],
    [['app', 'keep', APPID, '--rollups', '30'], /Keep rollups at least as long/],
    [['app', 'keep', APPID, '--events', 'long'], /long is no number of days/],
    [['rollup', '--app', APPID, '--from', 'monday', '--to', '2026-03-01'], /--from monday is no day/],
    [['rollup', '--app', APPID, '--from', '2026-03-02', '--to', '2026-03-01'], /lies before/],
    [
      ['rollup', '--app', 'wx00000000000000ff', '--from', '2026-03-01', '--to', '2026-03-01'],
      /no app wx00000000000000ff/,
    ],
    [['app', 'agent', APPID, '--sampling', 'pages=1'], /Nothing is sampled as pages/],
    [['app', 'agent', APPID, '--hook-apis', 'wx pay'], /"wx pay" is no name of an interface/],
    [['app', 'agent', APPID, '--on', '--off'], /'--on' cannot be used with option '--off'/],
    [['app', 'agent', 'wx00000000000000ff'], /no app wx00000000000000ff/],
    [['dance'], /unknown command 'dance'/],
  ])('minilens %j is refused with a sentence', async (args, sentence) => {
    expect(await fails(...args)).toMatch(sentence);
  });

  test('callers of the WeChat APIs are bound and service providers are let in', async () => {
    const run = async (...args: string[]) => JSON.parse(await runMinilens(data, ...args, '--json'));
    const component = 'wx00000000000000cc';
    expect(await run('app', 'allow', APPID, '203.0.113.0/24', '2001:db8::/32')).toMatchObject({
      addresses: ['203.0.113.0/24', '2001:db8::/32'],
    });
    expect(await run('app', 'allow', APPID, '--any')).toMatchObject({ addresses: null });
    expect(await run('app', 'quota', APPID, '--daily', '9')).toMatchObject({ dailyQuota: 9 });
    expect(await run('app', 'rotate', APPID, '--overlap', '2h')).toMatchObject({ secret: expect.any(String) });
    expect(await run('component', 'add', component)).toMatchObject({ secret: expect.any(String) });
    expect(await run('component', 'authorize', component, APPID, '--permissions', '18,3')).toMatchObject({
      authorizationCode: expect.any(String),
    });
    expect(await run('component', 'list')).toMatchObject([
      { authorizations: [{ appid: APPID, permissions: [3, 18] }] },
    ]);
    expect(await runMinilens(data, 'component', 'ticket', component)).toMatch(/^ticket@@@\S+\n$/);
    expect(await fails('app', 'allow', APPID, 'everywhere')).toMatch(/everywhere is no address and no network/);
    expect(await fails('app', 'rotate', APPID, '--overlap', 'long')).toMatch(/long is no time\. Write 30m, 2h or 7d/);
    expect(await fails('component', 'ticket', 'wx00000000000000ff')).toMatch(/There is no component/);
    expect(await fails('component', 'push', component, 'ftp://example.com')).toMatch(/ftp:\/\/example.com is no URL/);
  });

  test('keys of an app are made, shown without secrets, renewed and ended', async () => {
    const keys = async (...args: string[]) =>
      JSON.parse(await runMinilens(data, 'app', 'keys', APPID, ...args, '--json'));
    expect(await runMinilens(data, 'app', 'keys', APPID, 'show')).toContain('No keys yet');
    expect(await fails('app', 'keys', APPID, 'rotate', '--kind', 'symmetric')).toContain('no symmetric key to follow');
    expect(await fails('app', 'keys', APPID, 'create', '--public-key', data)).toContain('could not be read');
    const made = await keys('create', '--cipher', 'SM4_GCM', '--signature', 'SM2withSM3');
    expect(made.map(({ kind, algorithm }: NewWechatKey) => [kind, algorithm])).toEqual([
      ['symmetric', 'SM4_GCM'],
      ['developer', 'SM2withSM3'],
      ['platform', 'RSAwithSHA256'],
    ]);
    expect(made[1].secret).toContain('BEGIN PRIVATE KEY');
    const shown = await runMinilens(data, 'app', 'keys', APPID, 'show');
    expect(shown).toContain('BEGIN CERTIFICATE');
    for (const secret of [made[0].secret, 'PRIVATE KEY']) expect(shown).not.toContain(secret);

    expect(await fails('app', 'keys', APPID, 'rotate')).toContain('--kind symmetric, developer or platform');
    await keys('rotate', '--kind', 'symmetric', '--overlap', '1.5');
    expect(await runMinilens(data, 'app', 'keys', APPID, 'show')).toMatch(/symmetric {2}SM4_GCM .* ends \d{4}-/);
    const { keys: left } = await keys('revoke', '--serial', made[0].serial);
    expect(left.map(({ serial }: NewWechatKey) => serial)).not.toContain(made[0].serial);

    expect(await runMinilens(data, 'app', 'security', APPID)).toContain('optional');
    expect(await runMinilens(data, 'app', 'security', APPID, 'required')).toContain('required');
    const { secretId } = JSON.parse(await runMinilens(data, 'app', 'cloud', APPID, '--json'));
    expect(await runMinilens(data, 'app', 'keys', APPID, 'show')).toContain(secretId);
  });
});
