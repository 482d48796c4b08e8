import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Forwarder } from './forward.js';

/** Connections at once; most of them wait for a next message. */
const MAX_CONNECTIONS = 2_000;

/** How long heads and bodies may take. Unit: ms. */
const PATIENCE_MS = { head: 10_000, request: 30_000 };

/** Longer than what stands before it keeps a connection (nginx: 60 s), so that the other side is the one to close it. Unit: ms. */
const IDLE_MS = 75_000;

export interface Listener {
  /** http://127.0.0.1:9000 */
  url: string;
  /** Takes nothing new, and waits for what is in hand. */
  stop(): Promise<void>;
}

/**
 * An HTTP server with a forwarder behind it, at every path but `/healthz`, which says 200 while it listens.
 *
 * @param port 0: any that is free.
 * @throws where it cannot listen there.
 */
export async function listen({ host, port }: { host: string; port: number }, forwarder: Forwarder): Promise<Listener> {
  function take(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/healthz' && request.method === 'GET')
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
    else void forwarder.handle(request, response);
  }

  const server = createServer(
    { headersTimeout: PATIENCE_MS.head, requestTimeout: PATIENCE_MS.request, keepAliveTimeout: IDLE_MS },
    take,
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
  const { address, family, port: actual } = server.address() as AddressInfo;

  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`,
    stop: async () => {
      server.close();
      await forwarder.close();
      server.closeAllConnections();
    },
  };
}
