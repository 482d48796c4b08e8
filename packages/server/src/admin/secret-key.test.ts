import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { deriveSecret, keyId, readSecretKey } from './secret-key.js';

const data = mkdtempSync(join(tmpdir(), 'minilens-key-'));
afterAll(() => rmSync(data, { recursive: true }));

test('a key is made once and read again, and another is taken from a setting', () => {
  const made = readSecretKey({ data });
  expect(made).toHaveLength(32);
  expect(readSecretKey({ data })).toEqual(made);
  const set = readSecretKey({ data, secretKey: 'x'.repeat(32) });
  expect(set).not.toEqual(made);
  expect(readSecretKey({ data: '/nowhere', secretKey: 'x'.repeat(32) })).toEqual(set);
  expect(keyId(set)).not.toBe(keyId(made));
});

test('a broken key file stops the start with a sentence, and is not replaced', () => {
  writeFileSync(join(data, 'secret.key'), 'c2hvcnQ=');
  expect(() => readSecretKey({ data })).toThrow(/is no key of 32 bytes\. Bring it back from a backup/);
  expect(() => readSecretKey({ data })).toThrow(/is no key/);
});

test('what is derived differs with the key and with every word of its purpose', () => {
  const key = Buffer.alloc(32, 1);
  const derived = [
    deriveSecret(key, ['a', 'b'], 32),
    deriveSecret(key, ['a,b'], 32),
    deriveSecret(key, ['b', 'a'], 32),
    deriveSecret(Buffer.alloc(32, 2), ['a', 'b'], 32),
  ].map((secret) => secret.toString('hex'));
  expect(new Set(derived).size).toBe(4);
  expect(deriveSecret(key, ['a', 'b'], 32).toString('hex')).toBe(derived[0]);
});
