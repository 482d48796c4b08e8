import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Envelope } from '@minilens/wire/envelope';
import type { PushDeliveryEvent } from '@minilens/wire/event';
import type { DeliveryReport } from './delivery.js';

/** What a collector says to one import; `cut` takes it and breaks off before it says so. */
export type Answer = { status: number; headers?: Record<string, string>; body?: unknown } | 'take' | 'cut';

/** A collector that keeps its ledger in memory, as the real one does on disk, and says what a test puts in. */
export async function startCollector(port = 0) {
  const envelopes: Envelope[] = [];
  const stored = new Map<string, PushDeliveryEvent>();
  const answers: Answer[] = [];
  const asked: { url: string; authorization: string | undefined }[] = [];

  function take(lines: Envelope[]) {
    let [accepted, duplicate] = [0, 0];
    for (const envelope of lines) {
      envelopes.push(envelope);
      for (const event of envelope.events as PushDeliveryEvent[]) {
        const name = `${envelope.session.id} ${event.n}`;
        if (stored.has(name)) duplicate += 1;
        else accepted += 1;
        stored.set(name, event);
      }
    }
    return { accepted, dropped: duplicate > 0 ? { duplicate } : {} };
  }

  const server = createServer(async (request, response) => {
    const body = await text(request);
    asked.push({ url: request.url as string, authorization: request.headers.authorization });
    const answer = answers.shift() ?? 'take';
    if (typeof answer === 'object') {
      response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body ?? {}));
      return;
    }
    const receipt = take(body.split('\n').map((line) => JSON.parse(line)));
    if (answer === 'cut') response.destroy();
    else response.end(JSON.stringify(receipt));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    /** What it says to the next imports, in turn. */
    answers,
    asked,
    envelopes,
    /** What it has, each once. */
    stored: () => [...stored.values()],
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type Collector = Awaited<ReturnType<typeof startCollector>>;

/** A delivery that went well. */
export const deliveryOf = (over: Partial<DeliveryReport> = {}): DeliveryReport => ({
  at: 1_795_320_012_000,
  delivery: 'k2Lm9QxW',
  messageKey: '9f86d081884c7d65',
  attempt: 1,
  msgType: 'text',
  host: '127.0.0.1:8080',
  outcome: 'ok',
  durationMs: 12,
  ...over,
});
