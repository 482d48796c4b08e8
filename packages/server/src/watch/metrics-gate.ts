import { isIPv4 } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bearerOf, type Identify } from '../admin/identify.js';
import { hashSecret, matchesHash } from '../admin/secrets.js';
import { Refusal } from '../http/refusal.js';

export interface MetricsGateDeps {
  identify: Identify;
  /** What Prometheus sends as bearer token; undefined when none is set. */
  metricsToken: string | undefined;
  /** Whether others are known to reach this server through a proxy, whose own address may be of this machine. */
  isBehindProxy: boolean;
}

/** Headers by which a proxy says that a request is somebody else's. */
const FORWARDED = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'cf-connecting-ip',
  'via',
];

/**
 * Lets a request read /metrics: with the token that is set for it, from an administrator, or, while no token is set, from this
 * machine itself.
 */
export function createMetricsGate({ identify, metricsToken, isBehindProxy }: MetricsGateDeps) {
  const tokenHash = metricsToken === undefined ? undefined : hashSecret(metricsToken);

  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const bearer = bearerOf(request);
    if (tokenHash !== undefined && bearer !== undefined && matchesHash(bearer, tokenHash)) return;
    if (tokenHash === undefined && !isBehindProxy && isOfThisMachine(request)) return;
    await identify.forServer(request, 'operate').catch((error) => {
      if (!(error instanceof Refusal) || error.code === 'NO_ACCESS') throw error;
      reply.header('www-authenticate', 'Bearer');
      throw new Refusal(
        'NOT_SIGNED_IN',
        'Send the token of MINILENS_METRICS_TOKEN as bearer. Without one set, only this machine and administrators read this.',
      );
    });
  };
}

/** The host counts too: a page that lets its name point to this machine still asks for that name. */
function isOfThisMachine({ socket, headers, hostname, raw }: FastifyRequest): boolean {
  return (
    // What speaks the older one to us is a proxy that was told nothing else.
    raw.httpVersion !== '1.0' &&
    isLoopback(socket.remoteAddress ?? '') &&
    (hostname === 'localhost' || isLoopback(hostname)) &&
    FORWARDED.every((name) => headers[name] === undefined)
  );
}

/** Whether an address, as a socket, a header or a setting writes it, is of this machine only. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '').replace(/^::ffff:/i, '');
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}
