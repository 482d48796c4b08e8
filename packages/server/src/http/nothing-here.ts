import type { FastifyRequest } from 'fastify';
import { type Role, SERVES } from '../roles.js';
import { Refusal } from './refusal.js';

/** @throws Refusal NOT_FOUND, which says what this process serves where that is not everything. */
export function refuseUnknown(request: FastifyRequest, role: Role): never {
  const what = `${request.method} ${request.url.split('?')[0]}`;
  throw new Refusal(
    'NOT_FOUND',
    role === 'all'
      ? `Nothing answers ${what}.`
      : `Nothing answers ${what} here: this process has the role ${role} and serves ${SERVES[role]}.`,
  );
}
