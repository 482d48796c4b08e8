import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { connectStore, selectRows } from './connect.js';
import { withValues } from './with-values.js';

const directory = mkdtempSync(join(tmpdir(), 'minilens-values-'));
const store = connectStore({ path: directory }, undefined, { connections: 2 });
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        "'",
        "''",
        '\\',
        '\\\\',
        "\\'",
        '\0',
        '\n',
        '--',
        '/*',
        ';',
        '{a:String}',
        '`',
        '\\x41',
        '你',
        '%s',
      ),
    )
    .map((parts) => parts.join('')),
);

test('whatever a text holds, the engine is told that text and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.array(texts), async (one, several) => {
      const [row] = await selectRows(
        store,
        'SELECT base64Encode({one:String}) AS one, arrayMap(x -> base64Encode(x), {several:Array(String)}) AS several',
        { one, several },
      );
      const base64 = (text: string) => Buffer.from(text).toString('base64');
      expect(row).toEqual({ one: base64(one), several: several.map(base64) });
    }),
    { numRuns: 300 },
  );
});

test('integers are told as they are, lists of none too', async () => {
  const [row] = await selectRows(
    store,
    'SELECT toString({a:Int64}) AS a, toString({b:UInt64}) AS b, length({c:Array(UInt32)}) AS c, 7 IN {c:Array(UInt32)} AS d, {e:Array(UInt64)}[2] = {b:UInt64} AS e',
    { a: -5, b: '18446744073709551615', c: [], e: [1, '18446744073709551615'] },
  );
  expect(row).toMatchObject({ a: '-5', b: '18446744073709551615', c: expect.anything(), d: 0, e: 1 });
});

test('an integer below zero stays one, whatever stands before it', async () => {
  const [row] = await selectRows(store, 'SELECT toString(5-{a:Int64}) AS one, toString({b:Array(Int64)}[2]) AS other', {
    ...{ a: -3, b: [0, -4] },
  });
  expect(row).toEqual({ one: '8', other: '-4' });
});

test.each([
  ['no value', '{a:String}', {}],
  ['a number for a text', '{a:String}', { a: 1 }],
  ['a text for a number', '{a:UInt32}', { a: '1 OR 1' }],
  ['less than nothing', '{a:UInt32}', { a: -1 }],
  ['a fraction', '{a:UInt32}', { a: 1.5 }],
  ['no number', '{a:UInt32}', { a: Number.NaN }],
  ['a list for a number', '{a:UInt32}', { a: [1] }],
  ['one for a list', '{a:Array(String)}', { a: 'x' }],
  ['a list with something else', '{a:Array(UInt32)}', { a: [1, null] }],
  ['a type that is not known', '{a:Identifier}', { a: 'events' }],
])('it refuses %s, and names it', (_what, statement, values) => {
  expect(() => withValues(statement, values)).toThrow(/The value of a:/);
});

test('a value is not looked through for placeholders', () => {
  expect(withValues('{a:String} {b:String}', { a: '{b:String}', b: 'x' })).toBe("'{b:String}' 'x'");
});
