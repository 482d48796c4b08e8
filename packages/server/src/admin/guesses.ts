import type { FastifyRequest } from 'fastify';
import { networkOf } from '../collect/rate-limits.js';

/** Guesses at a password, a code or a link from one network: beside what sign-in.ts slows down. */
export const GUESSES = {
  max: 10,
  timeWindow: '1 minute',
  keyGenerator: ({ ip }: FastifyRequest) => networkOf(ip),
};
