import { expect, test } from 'vitest';
import { bareNetworks, wrongNetwork } from './networks';

test.each(['203.0.113.7', ' 203.0.113.0/24 ', '2001:db8::/32', '::1', '::ffff:203.0.113.7', '2001:DB8:0:0:0:0:0:1'])(
  '%s may be an address or a network',
  (network) => {
    expect(wrongNetwork(['203.0.113.7', network])).toBeUndefined();
  },
);

test.each(['api.shop.example', '203.0.113', '203.0.113.0/', '203.0.113.0/24/8', '203.0.113.7:443', '10.*', ''])(
  '%j is none',
  (network) => {
    expect(wrongNetwork(['203.0.113.7', network])).toBe(network);
  },
);

test('each is sent once, without the spaces that copying brings', () => {
  expect(bareNetworks([' 203.0.113.7', '203.0.113.7 ', '2001:db8::/32'])).toEqual(['203.0.113.7', '2001:db8::/32']);
});
