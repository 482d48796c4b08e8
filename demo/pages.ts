import { SECOND_MS } from './calendar.js';

/** One request of a page: method, path with `#` for a number, usual ms, and whether it is one of the catalogue's lists. */
export type Ask = [method: string, path: string, medianMs: number, isCatalogue?: boolean];

/** A page of the shop: its route, how long it is read, how long a good phone needs until it is ready, and what it asks for. */
export interface ShopPage {
  path: string;
  readMs: number;
  readyMs: number;
  asks: Ask[];
}

export const PAGES = {
  home: { path: 'pages/index/index', readMs: 9 * SECOND_MS, readyMs: 210, asks: [['GET', '/v1/home', 160, true]] },
  list: {
    path: 'pages/list/list',
    readMs: 12 * SECOND_MS,
    readyMs: 170,
    asks: [['GET', '/v1/categories/#/products', 210, true]],
  },
  product: {
    path: 'pages/product/product',
    readMs: 18 * SECOND_MS,
    readyMs: 190,
    asks: [
      ['GET', '/v1/products/#', 120],
      ['GET', '/v1/products/#/reviews', 190, true],
    ],
  },
  search: { path: 'pages/search/search', readMs: 4 * SECOND_MS, readyMs: 70, asks: [] },
  found: {
    path: 'pages/search/result',
    readMs: 10 * SECOND_MS,
    readyMs: 150,
    asks: [['GET', '/v1/search', 280, true]],
  },
  cart: { path: 'pages/cart/cart', readMs: 11 * SECOND_MS, readyMs: 120, asks: [['GET', '/v1/cart', 110]] },
  pay: { path: 'pages/pay/pay', readMs: 7 * SECOND_MS, readyMs: 100, asks: [['POST', '/v1/orders', 320]] },
  me: { path: 'pages/me/me', readMs: 4 * SECOND_MS, readyMs: 80, asks: [['GET', '/v1/me', 90]] },
  orders: { path: 'pages/orders/orders', readMs: 8 * SECOND_MS, readyMs: 120, asks: [['GET', '/v1/orders', 170]] },
  order: { path: 'pages/orders/detail', readMs: 12 * SECOND_MS, readyMs: 110, asks: [['GET', '/v1/orders/#', 130]] },
  stores: { path: 'pages/stores/stores', readMs: 14 * SECOND_MS, readyMs: 260, asks: [['GET', '/v1/stores', 150]] },
} satisfies Record<string, ShopPage>;

export type PageName = keyof typeof PAGES;
