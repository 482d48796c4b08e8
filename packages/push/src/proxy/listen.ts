import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Forwarder, Notice } from './forward.js';

/** Deliveries in hand at once. A back end that hangs for five seconds has so many at 100 messages a second. */
const MAX_IN_HAND = 500;

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
 * @param notice hears of messages that are turned away because too many are in hand.
 * @throws where it cannot listen there.
 */
export async function listen(
  { host, port }: { host: string; port: number },
  forwarder: Forwarder,
  notice: (notice: Notice) => void = () => {},
): Promise<Listener> {
  let inHand = 0;

  function take(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/healthz' && request.method === 'GET') say(response, 200, 'ok');
    else if (inHand >= MAX_IN_HAND) {
      const words = `${MAX_IN_HAND} deliveries are in hand, and the back end answers none of them.`;
      notice({ kind: 'overloaded', words });
      say(response, 503, words);
    } else {
      inHand += 1;
      void forwarder.handle(request, response).finally(() => {
        inHand -= 1;
      });
    }
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

const say = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
};
