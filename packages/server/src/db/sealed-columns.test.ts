import { expect, test } from 'vitest';
import { createSealedColumns } from './sealed-columns.js';

const KEY = Buffer.alloc(32, 7);

test('a secret comes back where it was kept, and nothing of it is readable there', () => {
  const columns = createSealedColumns(KEY);
  const sealed = columns.seal('a secret 多', 'table:1');
  expect(sealed).not.toContain(Buffer.from('a secret').toString('base64url'));
  expect(columns.seal('a secret 多', 'table:1')).not.toBe(sealed);
  expect(columns.open(sealed, 'table:1')).toBe('a secret 多');
  expect(createSealedColumns(KEY).open(sealed, 'table:1')).toBe('a secret 多');
});

test('what was moved, changed or sealed with another key does not open, and says what to do', () => {
  const columns = createSealedColumns(KEY);
  const sealed = columns.seal('a secret', 'table:1');
  const changed = `${sealed.slice(0, 20)}${sealed[20] === 'A' ? 'B' : 'A'}${sealed.slice(21)}`;
  expect(() => columns.open(sealed, 'table:2')).toThrow(/table:2 was sealed with another key/);
  expect(() => columns.open(changed, 'table:1')).toThrow(/sealed with another key/);
  expect(() => columns.open('v1.', 'table:1')).toThrow(/sealed with another key/);
  // The log holds codes and no messages.
  expect(() => columns.open(sealed, 'table:2')).toThrow(expect.objectContaining({ code: 'OTHER_SECRET_KEY' }));
  expect(() => createSealedColumns(Buffer.alloc(32)).open(sealed, 'table:1')).toThrow(/Bring back MINILENS_SECRET_KEY/);
});
