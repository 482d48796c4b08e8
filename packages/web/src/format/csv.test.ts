import { expect, test } from 'vitest';
import { toCsv } from './csv';

test('cells are quoted where they must be, and a negative number stays a number', () => {
  const rows = [
    ['name', 'calls', 'note'],
    ['scan, "code"', -3, null],
  ];
  expect(toCsv(rows)).toBe('\uFEFFname,calls,note\r\n"scan, ""code""",-3,\r\n');
});

test('text from elsewhere does not become a formula', () => {
  expect(toCsv([['=HYPERLINK("http://x")', '@a', '+1', '-1']])).toContain(`"'=HYPERLINK(""http://x"")",'@a,'+1,'-1`);
});
