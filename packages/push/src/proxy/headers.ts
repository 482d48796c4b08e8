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

/**
 * Said again by whoever writes the next request, or answered already. Where a body ends is among it: whoever could take
 * that away (a Connection header may name anything) would have the rest of a body read as a request of its own.
 */
const SAID_ANEW = new Set([
  'host',
  'expect',
  'content-length',
  'transfer-encoding',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
]);

/**
 * Headers for the back end: names, order and values as they came, but those of the connection, where the body ends, and
 * Host, which is the back end's own. Who asked which host is in X-Forwarded-*, added to what a proxy before this one said.
 *
 * @param bodyBytes length of the body; undefined where it is passed on as it comes.
 */
export function headersOnward(request: IncomingMessage, host: string, bodyBytes: number | undefined): string[] {
  const { headers, socket } = request;
  const forwardedFor = [headers['x-forwarded-for'], socket.remoteAddress].filter((part) => part !== undefined);
  const protocol = (socket as Partial<TLSSocket>).encrypted ? 'https' : 'http';
  return [
    'Host',
    host,
    ...without(request.rawHeaders, headers.connection, SAID_ANEW),
    ...framingOf(request, bodyBytes),
    'X-Forwarded-For',
    forwardedFor.join(', '),
    'X-Forwarded-Proto',
    String(headers['x-forwarded-proto'] ?? protocol),
    ...(headers.host === undefined ? [] : ['X-Forwarded-Host', String(headers['x-forwarded-host'] ?? headers.host)]),
  ];
}

function framingOf({ method, headers }: IncomingMessage, bodyBytes: number | undefined): string[] {
  const declared = headers['content-length'];
  if (bodyBytes === undefined)
    return declared === undefined ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', declared];
  return bodyBytes > 0 || method === 'POST' ? ['Content-Length', String(bodyBytes)] : [];
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
