import { expect, test } from 'vitest';
import { recordRows, savedRows } from './saved-rows';

test('a file has the titles and what each row says, without what is only drawn', () => {
  const columns = [
    { key: 'name', title: 'Interface', cell: () => null, saved: ({ name }: { name: string }) => name },
    { key: 'line', title: 'Trend', cell: () => null },
    { key: 'calls', title: 'Calls', cell: () => null, saved: () => null },
  ];
  expect(savedRows(columns, [{ name: 'login' }, { name: 'scanCode' }])).toEqual([
    ['Interface', 'Calls'],
    ['login', null],
    ['scanCode', null],
  ]);
  expect(savedRows(columns, [])).toEqual([['Interface', 'Calls']]);
});

test('records keep every property that one of them has', () => {
  expect(
    recordRows([
      { n: 1, errMsg: 'x', status: null },
      { n: 2, steps: ['a', 'b'] },
    ]),
  ).toEqual([
    ['n', 'errMsg', 'status', 'steps'],
    [1, 'x', null, null],
    [2, null, null, 'a\nb'],
  ]);
});
