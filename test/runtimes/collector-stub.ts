import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Envelope } from '@minilens/wire/envelope';
import type { Event } from '@minilens/wire/event';

export type CollectorStub = Awaited<ReturnType<typeof startCollectorStub>>;

/** Keeps what an agent sends, and is the sample's shop: `/healthz` answers, every other path is not found. */
export async function startCollectorStub() {
  const envelopes: Envelope[] = [];

  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/v1/collect') {
      const envelope = (await json(request)) as Envelope;
      envelopes.push(envelope);
      response.end(JSON.stringify({ accepted: envelope.events.length, dropped: {} }));
    } else {
      response.statusCode = request.url === '/healthz' ? 200 : 404;
      response.end('{}');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    envelopes,

    /** What arrived of each session, in the order the sessions began and each event once. */
    sessions(): { id: string; events: Event[] }[] {
      const starts = new Map(envelopes.map(({ session }) => [session.id, session.startAt]));
      return [...starts.entries()]
        .sort(([, a], [, b]) => a - b)
        .map(([id]) => {
          const sent = envelopes.filter(({ session }) => session.id === id).flatMap(({ events }) => events as Event[]);
          return { id, events: [...new Map(sent.map((event) => [event.n, event])).values()].sort((a, b) => a.n - b.n) };
        });
    },

    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
