import type { FastifyRequest } from 'fastify';
import { Refusal } from '../http/refusal.js';

/** Methods that change nothing here. */
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * What a browser says of the page that asks: `ours`, somebody else's, or nothing. `Sec-Fetch-Site` goes first, as no
 * page can change it; over plain HTTP browsers leave it out, and `Origin` says it. See ADR-0028.
 *
 * @param publicUrl the origin that people use, where it is configured.
 */
function askedBy({ headers, host }: FastifyRequest, publicUrl: string | undefined): 'ours' | 'other' | 'unknown' {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' ? 'ours' : 'other';
  const { origin } = headers;
  if (origin === undefined) return 'unknown';
  if (!URL.canParse(origin)) return 'other';
  const asked = new URL(origin);
  // The host alone: behind a proxy that was told nothing, this request came over another protocol than the page.
  const isOurs = asked.host === host || (publicUrl !== undefined && asked.origin === new URL(publicUrl).origin);
  return isOurs ? 'ours' : 'other';
}

/**
 * A change for which a cookie speaks comes from a page of this server: the browser sends the cookie along whoever wrote
 * the page.
 *
 * @throws Refusal NO_ACCESS, also for a request that says nothing of where it comes from.
 */
export function refuseForeignChange(request: FastifyRequest, publicUrl: string | undefined): void {
  if (READS.has(request.method) || askedBy(request, publicUrl) === 'ours') return;
  throw new Refusal(
    'NO_ACCESS',
    'Only pages of this server may do this with a cookie. A program uses an API token, or sends the Origin of the dashboard.',
  );
}

/**
 * What sets a cookie is not for other pages either: they could sign somebody in as somebody else. A program that is no
 * browser says nothing of a page, and may.
 *
 * @throws Refusal NO_ACCESS
 */
export function refuseForeignPage(request: FastifyRequest, publicUrl: string | undefined): void {
  if (askedBy(request, publicUrl) === 'other')
    throw new Refusal('NO_ACCESS', 'Only pages of this server may do this. Open the dashboard and try there.');
}
