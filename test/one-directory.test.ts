import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MINILENS, runMinilens, startServer } from './process/server-process.js';

const IN_USE = 'is in use by another process that does not answer';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'minilens-one-directory-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

/** What a command printed, and what it complained about where it failed. */
const outcome = (...args: string[]) =>
  runMinilens(data, ...args).then(
    (printed) => ({ printed, refused: '' }),
    ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ printed: stdout, refused: stderr }),
  );

async function importFromInput(file: string) {
  const child = spawn(process.execPath, [MINILENS, 'import', '-', '--app', appid(1), '--json'], {
    env: { ...process.env, MINILENS_DATA: data },
    stdio: [openSync(file, 'r'), 'pipe', 'pipe'],
  });
  const [printed, refused] = await Promise.all([child.stdout, child.stderr].map((out) => text(out as Readable)));
  return { printed: String(printed), refused: String(refused) };
}

const appid = (i: number) => `wx${String(i).padStart(16, '0')}`;

test('of commands that come at once on a directory without a server, each is done or refused, and none half', async () => {
  const appids = [1, 2, 3].map(appid);
  const outcomes = await Promise.all(appids.map((each) => outcome('app', 'add', each, '--json')));
  const added = appids.filter((_, i) => outcomes[i]?.refused === '');
  for (const { refused } of outcomes) if (refused !== '') expect(refused).toContain(IN_USE);
  expect(added.length).toBeGreaterThan(0);
  expect(
    JSON.parse(await runMinilens(data, 'app', 'list', '--json')).map((app: { appid: string }) => app.appid),
  ).toEqual(added);
  // None of them asked the event store.
  expect(readdirSync(data)).not.toContain('events');
});

test('of imports that come at once, every batch that was acknowledged is stored', async () => {
  await runMinilens(data, 'app', 'add', appid(1));
  const random = createSeededRandom(5);
  const files = ['one', 'two'].map((name) => {
    const lines = Array.from({ length: 40 }, () =>
      JSON.stringify(ordinaryBatch({ appid: appid(1), key: 'unused' }, random, Date.UTC(2026, 2, 1, 4))),
    );
    const file = join(data, name);
    writeFileSync(file, lines.join('\n'));
    return file;
  });
  // From standard input, which is read to its end before the engine with a lock of its own is opened.
  const outcomes = await Promise.all(files.map(importFromInput));
  let accepted = 0;
  for (const { printed, refused } of outcomes) {
    if (refused.includes(IN_USE)) continue;
    accepted += JSON.parse(printed).accepted;
  }
  expect(accepted).toBeGreaterThan(0);
  const [check] = JSON.parse((await outcome('doctor', '--deep', '--json')).printed);
  expect(check).toMatchObject({ events: accepted, doubled: 0 });
});

test('a server that does not answer is not worked beside: a command, the doctor and another server say so', async () => {
  const server = await startServer(data);
  try {
    // As while it starts or stops.
    rmSync(join(data, 'server.json'));
    expect(await outcome('app', 'add', appid(1))).toMatchObject({ refused: expect.stringContaining(IN_USE) });
    expect(JSON.parse((await outcome('doctor', '--json')).printed)).toEqual([
      { what: 'start', level: 'problem', says: expect.stringContaining(IN_USE) },
    ]);
    await expect(startServer(data)).rejects.toThrow(IN_USE);
  } finally {
    await server.kill();
  }
  // What it held ended with it.
  expect(await outcome('app', 'add', appid(1), '--json')).toMatchObject({ refused: '' });
});

test('a command that comes while a server starts speaks to it, is done before it, or is refused', async () => {
  await runMinilens(data, 'app', 'add', appid(1));
  const starting = startServer(data).catch((error: Error) => error);
  const commands: ReturnType<typeof outcome>[] = [];
  for (let i = 0; i < 3; i++) {
    await sleep(400);
    commands.push(outcome('app', 'list', '--json'));
  }
  for (const { printed, refused } of await Promise.all(commands)) {
    if (refused === '') expect(JSON.parse(printed)).toMatchObject([{ appid: appid(1) }]);
    else expect(refused).toContain(IN_USE);
  }
  const server = await starting;
  // A command may have been there first.
  if (server instanceof Error) expect(server.message).toContain(IN_USE);
  else await server.stop();
});
