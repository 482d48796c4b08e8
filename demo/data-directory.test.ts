import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from './calendar.js';
import { begin, discard, findServer, finish, lookInto } from './data-directory.js';

const NOW = Date.UTC(2026, 10, 22, 3);
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'minilens-demo-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('an empty or missing directory is free', () => {
  expect([lookInto(directory, NOW), lookInto(join(directory, 'missing'), NOW)]).toEqual(['nothing', 'nothing']);
});

test('data of somebody else is told from the demo’s', () => {
  writeFileSync(join(directory, 'accounts.sqlite'), '');
  expect(lookInto(directory, NOW)).toBe('foreign');
});

test('what was begun and never finished is no month of traffic', () => {
  begin(directory);
  writeFileSync(join(directory, 'accounts.sqlite'), '');
  expect(lookInto(directory, NOW)).toBe('unfinished');
  discard(directory);
  expect(lookInto(directory, NOW)).toBe('nothing');
});

test('what was finished serves for the rest of the day', () => {
  begin(directory);
  finish(directory, NOW);
  expect([lookInto(directory, NOW + 1), lookInto(directory, NOW + DAY_MS)]).toEqual(['of today', 'old']);
  begin(directory);
  expect(lookInto(directory, NOW)).toBe('unfinished');
});

test('the file of a server that is gone is no server', async () => {
  expect(await findServer(directory)).toBeUndefined();
  writeFileSync(join(directory, 'server.json'), '{"url":"http://127.0.0.1:9","token":"t"}');
  expect(await findServer(directory)).toBeUndefined();
});
