import { expect, test } from 'vitest';
import { requestTarget } from './request-target.js';

test.each([
  ['https://api.test/orders/8731', 'api.test', '/orders/:id'],
  ['https://api.test/orders/8731/items/2?token=secret#top', 'api.test', '/orders/:id/items/:id'],
  ['https://API.Test:8443', 'api.test:8443', '/'],
  ['https://user:password@api.test/a', 'api.test', '/a'],
  ['https://api.test?token=secret', 'api.test', '/'],
  ['https://api.test/v2/users/5f0c1a9e-7f4d-4b2a-9d3e-0a1b2c3d4e5f/cart', 'api.test', '/v2/users/:id/cart'],
  ['https://api.test/blobs/9f86d081884c7d659a2feaa0c55ad015', 'api.test', '/blobs/:id'],
  ['https://api.test/openid/oEWzBfmdLqhFS2mTXCo2E4Y9gJAM', 'api.test', '/openid/:id'],
  ['https://api.test/s/V1StGXR8_Z5jdHi6B-myT', 'api.test', '/s/:id'],
  ['https://api.test/orders/SN20260302-17', 'api.test', '/orders/:id'],
  ['https://api.test/teas/%E7%BB%BF%E8%8C%B6', 'api.test', '/teas/:id'],
  ['https://api.test/people/someone@mail.test', 'api.test', '/people/:id'],
  ['https://api.test/goods/phone-15-pro-max-cover', 'api.test', '/goods/phone-15-pro-max-cover'],
  ['https://api.test/api/v3/getUserOrderList', 'api.test', '/api/v3/getUserOrderList'],
  ['/relative/path', '', ''],
  [undefined, '', ''],
])('%s', (url, host, path) => {
  expect(requestTarget(url)).toEqual({ host, path });
});

test('lengths stay within the protocol', () => {
  const { host, path } = requestTarget(`https://${'h'.repeat(300)}/${'p/'.repeat(300)}`);
  expect([host.length, path.length]).toEqual([128, 256]);
});

test('what is remembered is bounded, and stays right', () => {
  for (let i = 0; i < 1_000; i++) requestTarget(`https://api.test/kind${i}/7?a=${i}`);
  expect(requestTarget('https://api.test/kind3/7')).toEqual({ host: 'api.test', path: '/kind3/:id' });
});
