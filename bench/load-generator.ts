import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import autocannon from 'autocannon';

/** What the generator is told, as JSON in its first argument. */
export interface LoadOrder {
  url: string;
  app: { appid: string; key: string };
  seed: number;
  batches: number;
  connections: number;
  /** Requests a second; absent: as many as go. */
  rate?: number;
}

/** What it answers, as JSON on its last line. */
export interface LoadReport {
  /** When the first batch left. Unix ms. */
  startedAt: number;
  acknowledged: number;
  refused: number;
  latencyMs: { p50: number; p99: number; max: number };
}

const order: LoadOrder = JSON.parse(process.argv[2] as string);
const random = createSeededRandom(order.seed);
// Made beforehand, so that the measured time is the server's and not the generator's.
const now = Date.now();
const bodies = Array.from({ length: order.batches }, () =>
  JSON.stringify({ ...ordinaryBatch(order.app, random, now - 120_000), sentAt: now }),
);

let next = 0;
const startedAt = Date.now();
const result = await autocannon({
  url: `${order.url}/v1/collect`,
  method: 'POST',
  connections: order.connections,
  amount: order.batches,
  ...(order.rate !== undefined && { overallRate: order.rate }),
  setupClient: (client) => {
    const feed = () => client.setBody(bodies[next++ % bodies.length] as string);
    feed();
    client.on('response', feed);
  },
});
const report: LoadReport = {
  startedAt,
  acknowledged: result['2xx'],
  refused: result.non2xx + result.errors,
  latencyMs: { p50: result.latency.p50, p99: result.latency.p99, max: result.latency.max },
};
console.log(JSON.stringify(report));
