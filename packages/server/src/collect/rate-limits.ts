import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { Refusal } from '../http/refusal.js';

/** Batches a minute; 0 for any number. */
export interface Rates {
  perIp: number;
  perApp: number;
}

const WINDOW_MS = 60_000;

/** A proxy may hand on any text as an address. Unit: characters. */
const LONGEST_ADDRESS = 64;

type Check = (request: FastifyRequest) => Promise<void>;
const ANY_NUMBER: Check = async () => {};

/**
 * How many batches may come. Beyond it they are refused, and lose nothing by it: the agent keeps them and tries again.
 * `checkIp` looks at the sender and can come before the body is read, `checkApp` when it is known whose batch it is.
 * Both throw Refusal TOO_MANY_REQUESTS.
 */
export function createRateLimits(app: FastifyInstance, { perIp, perApp }: Rates): { checkIp: Check; checkApp: Check } {
  const limit = (max: number, keyGenerator: (request: FastifyRequest) => string, whose: string): Check => {
    if (max === 0) return ANY_NUMBER;
    const count = app.createRateLimit({ max, timeWindow: WINDOW_MS, keyGenerator });
    return async (request) => {
      const counted = await count(request);
      if (counted.isAllowed || !counted.isExceeded) return;
      const message = `More than ${max} batches a minute of ${whose}. Nothing was taken; send again later.`;
      throw new Refusal('TOO_MANY_REQUESTS', message, { retryAfterSeconds: counted.ttlInSeconds });
    };
  };
  return {
    checkIp: limit(perIp, ({ ip }) => networkOf(ip), 'this address'),
    checkApp: limit(perApp, ({ body }) => (body as { app: string }).app, 'this app'),
  };
}

/** What one sender cannot change at will: an IPv4 address, or the /64 network of an IPv6 one. */
export function networkOf(ip: string): string {
  // Some proxies tell the port too.
  const plain = ip
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '');
  if (!plain.includes(':') || !ipaddr.isValid(plain)) return plain.slice(0, LONGEST_ADDRESS);
  const address = ipaddr.process(plain);
  return address.kind() === 'ipv4'
    ? address.toString()
    : Buffer.from(address.toByteArray().slice(0, 8)).toString('hex');
}
