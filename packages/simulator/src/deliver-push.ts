import { lookup as lookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { buildConnector, Client } from 'undici';

/** Longer answers are not kept. No reply is as long. Unit: bytes. Source: our choice. */
const KEPT_BYTES = 262_144;

/** How a delivery ended on the wire, before anybody looks at the answer. */
export type Exchange = {
  /** To the complete answer or to giving up; at most the timeout. Unit: ms */
  durationMs: number;
  /** Of the two ends of the connection; empty where there was none. */
  from: string;
  to: string;
} & (
  | { end: 'answered'; status: number; body: Buffer | undefined; receivedBytes: number }
  | { end: 'dns_failure' | 'dns_timeout' | 'connect_failure' | 'connect_timeout' | 'request_timeout' }
);

export interface Delivery {
  url: URL;
  method: 'GET' | 'POST';
  headers?: { [name: string]: string };
  body?: string;
  timeoutMs: number;
  lookup?: LookupFunction | undefined;
}

/** Sends one request over a connection of its own, and says how far it came. It never rejects. */
export async function deliverPush({
  url,
  method,
  headers = {},
  body,
  timeoutMs,
  ...options
}: Delivery): Promise<Exchange> {
  let phase = 'connect' as 'dns' | 'connect' | 'request';
  let ends = { from: '', to: '' };
  const lookup: LookupFunction = (hostname, how, found) => {
    phase = 'dns';
    (options.lookup ?? lookupAddress)(hostname, how, (error, ...addresses) => {
      if (error === null) phase = 'connect';
      found(error, ...addresses);
    });
  };
  // Its own timeout only tidies up: it closes what was still connecting when nobody waited any more.
  const connect = buildConnector({ lookup, timeout: 2 * timeoutMs });
  const client = new Client(url.origin, {
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (target, connected) =>
      connect(target, (...result) => {
        const [error, socket] = result;
        if (error === null) {
          phase = 'request';
          ends = { from: socket.localAddress ?? '', to: socket.remoteAddress ?? '' };
        }
        connected(...result);
      }),
  });
  const startedAt = performance.now();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    void client.destroy(); // which ends it in every phase, as aborting the request would not
  }, timeoutMs);
  const durationMs = () => Math.min(timeoutMs, Math.round(performance.now() - startedAt));
  try {
    const path = url.pathname + url.search;
    const response = await client.request({ path, method, headers, body: body ?? null });
    const answer = await keep(response.body);
    return { end: 'answered', status: response.statusCode, ...answer, ...ends, durationMs: durationMs() };
  } catch {
    if (isOver) return { end: `${phase}_timeout`, ...ends, durationMs: timeoutMs };
    return { end: phase === 'dns' ? 'dns_failure' : 'connect_failure', ...ends, durationMs: durationMs() };
  } finally {
    clearTimeout(timer);
    void client.destroy();
  }
}

async function keep(chunks: AsyncIterable<Buffer>) {
  const kept: Buffer[] = [];
  let receivedBytes = 0;
  for await (const chunk of chunks) {
    receivedBytes += chunk.length;
    if (receivedBytes <= KEPT_BYTES) kept.push(chunk);
  }
  return { body: receivedBytes <= KEPT_BYTES ? Buffer.concat(kept) : undefined, receivedBytes };
}
