import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSealedColumns } from './sealed-columns.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'minilens-sealed-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a secret comes back where it was kept, and nothing of it is readable there', () => {
  const columns = createSealedColumns(directory, undefined);
  const sealed = columns.seal('a secret 多', 'table:1');
  expect(sealed).not.toContain(Buffer.from('a secret').toString('base64url'));
  expect(columns.seal('a secret 多', 'table:1')).not.toBe(sealed);
  expect(columns.open(sealed, 'table:1')).toBe('a secret 多');
  expect(createSealedColumns(directory, undefined).open(sealed, 'table:1')).toBe('a secret 多');
});

test('the key is a file only its owner reads, made when it is first needed', () => {
  const columns = createSealedColumns(directory, undefined);
  expect(readdirSync(directory)).toEqual([]);
  columns.seal('x', 'table:1');
  expect(readdirSync(directory)).toEqual(['secret.key']);
  expect(statSync(join(directory, 'secret.key')).mode & 0o777).toBe(0o600);
});

test('two that begin at once use one key', () => {
  const [one, other] = [createSealedColumns(directory, undefined), createSealedColumns(directory, undefined)];
  const sealed = one.seal('x', 'table:1');
  expect(other.open(other.seal('y', 'table:2'), 'table:2')).toBe('y');
  expect(other.open(sealed, 'table:1')).toBe('x');
});

test('what was moved, changed or sealed with another key does not open, and says what to do', () => {
  const columns = createSealedColumns(directory, undefined);
  const sealed = columns.seal('a secret', 'table:1');
  expect(() => columns.open(sealed, 'table:2')).toThrow(/table:2 was sealed with another key/);
  expect(() => columns.open(`${sealed.slice(0, -1)}${sealed.endsWith('A') ? 'B' : 'A'}`, 'table:1')).toThrow();
  expect(() => columns.open('v1.', 'table:1')).toThrow(/sealed with another key/);
  const other = createSealedColumns(directory, Buffer.alloc(32).toString('base64'));
  expect(() => other.open(sealed, 'table:1')).toThrow(/Set MINILENS_SECRET_KEY/);
  rmSync(join(directory, 'secret.key'));
  expect(() => createSealedColumns(directory, undefined).open(sealed, 'table:1')).toThrow(/secret.key is gone/);
  expect(readdirSync(directory)).toEqual([]);
  writeFileSync(join(directory, 'secret.key'), 'short');
  expect(() => createSealedColumns(directory, undefined).seal('x', 'table:1')).toThrow(/32 bytes as base64/);
  expect(readFileSync(join(directory, 'secret.key'), 'utf8')).toBe('short');
});

test('a key from the settings needs no file', () => {
  const columns = createSealedColumns(directory, Buffer.alloc(32, 7).toString('base64'));
  expect(columns.open(columns.seal('x', 'table:1'), 'table:1')).toBe('x');
  expect(readdirSync(directory)).toEqual([]);
});
