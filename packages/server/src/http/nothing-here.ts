import type { FastifyRequest } from 'fastify';
import { type Role, SERVES } from '../roles.js';
import { Refusal } from './refusal.js';

/** @throws Refusal NOT_FOUND, or OTHER_ROLE where this process serves a part of everything only. */
export function refuseUnknown(request: FastifyRequest, role: Role): never {
  const what = `${request.method} ${request.url.split('?')[0]}`;
  if (role === 'all') throw new Refusal('NOT_FOUND', `Nothing answers ${what}.`);
  throw new Refusal(
    'OTHER_ROLE',
    `Nothing answers ${what} here: this process has the role ${role} and serves ${SERVES[role]}.`,
  );
}
