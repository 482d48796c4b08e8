import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** Headers of one connection, not of what is passed on. Source: RFC 9110 7.6.1. */
const OF_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]);

/** Said again by whoever writes the next request, or answered already. */
const SAID_ANEW = new Set(['host', 'expect', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host']);

/**
 * Headers for the back end: names, order and values as they came, but those of the connection, and Host, which is the back
 * end's own. Who asked which host is in X-Forwarded-*, added to what a proxy before this one said.
 */
export function headersOnward(request: IncomingMessage, host: string): string[] {
  const { headers, socket } = request;
  const forwardedFor = [headers['x-forwarded-for'], socket.remoteAddress].filter((part) => part !== undefined);
  const protocol = (socket as Partial<TLSSocket>).encrypted ? 'https' : 'http';
  return [
    'Host',
    host,
    ...without(request.rawHeaders, headers.connection, SAID_ANEW),
    'X-Forwarded-For',
    forwardedFor.join(', '),
    'X-Forwarded-Proto',
    String(headers['x-forwarded-proto'] ?? protocol),
    ...(headers.host === undefined ? [] : ['X-Forwarded-Host', String(headers['x-forwarded-host'] ?? headers.host)]),
  ];
}

/** How a body is cut into pieces is said anew too: the sender may speak an older HTTP than the back end. */
const PIECES = new Set(['transfer-encoding']);

/** Headers for the sender: as they came, but those of the connection. */
export const headersBack = ({ rawHeaders, headers }: IncomingMessage): string[] =>
  without(rawHeaders, headers.connection, PIECES);

/** @param connection the Connection header, which may name more that belong to the connection. */
function without(rawHeaders: readonly string[], connection: string | undefined, more: ReadonlySet<string>): string[] {
  const named = new Set(connection?.toLowerCase().split(/\s*,\s*/));
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name, value] = [rawHeaders[index] as string, rawHeaders[index + 1] as string];
    const key = name.toLowerCase();
    if (!OF_CONNECTION.has(key) && !named.has(key) && !more.has(key)) kept.push(name, value);
  }
  return kept;
}
