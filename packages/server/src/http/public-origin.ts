import type { FastifyRequest } from 'fastify';

/** What may follow the scheme in an origin. The host is what a stranger wrote into a header. */
const HOST = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/;

/** Where devices and people reach this server: as its owner says, or as this request did. Empty when it says no host. */
export function publicOrigin(
  request: Pick<FastifyRequest, 'protocol' | 'host'>,
  configured: string | undefined,
): string {
  if (configured !== undefined) return configured;
  const origin = `${request.protocol}://${request.host}`;
  return HOST.test(request.host ?? '') && URL.canParse(origin) ? origin : '';
}
