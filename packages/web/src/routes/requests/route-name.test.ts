import { expect, test } from 'vitest';
import { matchingRoutes, routeName } from './route-name';

const rows = [
  { method: 'GET', host: 'api.shop.example', path: '/orders/:id' },
  { method: 'POST', host: 'api.shop.example', path: '/orders' },
  { method: 'GET', host: 'cdn.shop.example', path: '/Products' },
];

test.each([
  [undefined, 3],
  ['', 3],
  ['orders', 2],
  ['post orders', 1],
  ['shop.example/products', 1],
  ['orders cdn', 0],
])('“%s” finds %i', (search, count) => {
  expect(matchingRoutes(rows, search)).toHaveLength(count);
});

test('a route without host and path has a name too', () => {
  expect(routeName({ method: 'GET', host: '', path: '' })).toBe('GET');
});
