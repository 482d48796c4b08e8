import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Client } from './client.js';
import { exportEvents } from './export.js';

let directory: string;
let output: string;
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  directory = mkdtempSync(join(tmpdir(), 'minilens-export-'));
  output = join(directory, 'events.ndjson');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

/** Exports what a server answers, into the same file each time. */
function exporting(pieces: () => AsyncGenerator<string>): Promise<void> {
  async function* body() {
    for await (const piece of pieces()) yield Buffer.from(piece);
  }
  const client = { stream: async () => ({ headers: { 'x-events': '1' }, body: body() }) } as unknown as Client;
  const asked = { app: 'wx00000000000000aa', from: '2026-03-01', to: '2026-03-01', format: 'ndjson' };
  return exportEvents(client, { ...asked, output, json: true });
}

test("what a killed export left half-way is in nobody's way", async () => {
  writeFileSync(`${output}.part`, 'half');
  await exporting(async function* () {
    yield 'whole';
  });
  expect(readFileSync(output, 'utf8')).toBe('whole');
});

test('of two exports into one file the first to end has it whole, and the other says so', async () => {
  const slow = exporting(async function* () {
    yield 'a';
    await exporting(async function* () {
      yield 'b';
      yield 'b';
    });
    yield 'a';
  });
  await expect(slow).rejects.toThrow('another program made that file meanwhile. Nothing of it was left');
  expect([readdirSync(directory), readFileSync(output, 'utf8')]).toEqual([['events.ndjson'], 'bb']);
});

test('an export that breaks off leaves nothing behind', async () => {
  const broken = exporting(async function* () {
    yield 'a';
    throw new Error('the server went away');
  });
  await expect(broken).rejects.toThrow('The export broke off: the server went away.');
  expect(readdirSync(directory)).toEqual([]);
});
