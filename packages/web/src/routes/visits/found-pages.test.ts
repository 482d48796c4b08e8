import { expect, test } from 'vitest';
import { foundPages } from './found-pages';

const rows = [
  { page: 'pages/Cart/cart', page_visit_pv: 9 },
  { page: 'pages/index/index', page_visit_pv: 100 },
  { page: 'pages/cart/done', page_visit_pv: 20 },
];
const paths = (question: Parameters<typeof foundPages>[1]) => foundPages(rows, question).map(({ page }) => page);

test('numbers are sorted as numbers, paths as words', () => {
  expect(paths({ search: undefined, sort: 'page_visit_pv', order: 'desc' })).toEqual([
    'pages/index/index',
    'pages/cart/done',
    'pages/Cart/cart',
  ]);
  expect(paths({ search: undefined, sort: 'page', order: 'desc' })[0]).toBe('pages/index/index');
});

test('part of a path is found in either case', () => {
  expect(paths({ search: 'CART', sort: 'page_visit_pv', order: 'asc' })).toEqual([
    'pages/Cart/cart',
    'pages/cart/done',
  ]);
});
