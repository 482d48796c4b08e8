import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { isOwnAddress } from './is-own-address.js';

const OWN = Object.values(networkInterfaces())
  .flat()
  .flatMap((own) => (own === undefined || own.internal || own.family !== 'IPv4' ? [] : [own.address]));

test.each([
  ['http://127.0.0.1:8321/push', true],
  ['http://127.8.8.8:8321/push', true],
  ['http://localhost:8321', true],
  ['http://[::1]:8321/', true],
  ['http://[::ffff:127.0.0.1]:8321/', true],
  ['http://0.0.0.0:8321/', true],
  ['http://0x7f000001:8321/', true],
  ...OWN.map((address): [string, boolean] => [`http://${address}:8321/`, true]),
  ['http://127.0.0.1:8322/', false],
  ['http://127.0.0.1/', false],
  ['http://203.0.113.7:8321/', false],
  ['http://shop.example:8321/', false],
])('%s: %s', (url, expected) => {
  expect(isOwnAddress(new URL(url), 8_321)).toBe(expected);
});

test.each([
  ['http://localhost/', 80],
  ['https://localhost/', 443],
])('%s is that of port %i', (url, port) => {
  expect(isOwnAddress(new URL(url), port)).toBe(true);
});
