import { createHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { Client } from 'undici';

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
  /** From the moment a batch was due, so that one that waits for a slow one before it counts as slow too. */
  latencyMs: { p50: number; p99: number; max: number };
}

const order: LoadOrder = JSON.parse(process.argv[2] as string);
const random = createSeededRandom(order.seed);
// Made beforehand, so that the measured time is the server's and not the generator's.
const now = Date.now();
const bodies = Array.from({ length: order.batches }, () =>
  Buffer.from(JSON.stringify({ ...ordinaryBatch(order.app, random, now - 120_000), sentAt: now })),
);

const latency = createHistogram();
let [next, acknowledged, refused] = [0, 0, 0];
const startedAt = Date.now();
const zero = performance.now();

/** Sends what is due, one batch after the other, over one connection. */
async function send(): Promise<void> {
  const client = new Client(order.url, { pipelining: 1 });
  while (next < bodies.length) {
    const index = next++;
    const dueAt = order.rate === undefined ? performance.now() : zero + (index * 1000) / order.rate;
    const wait = dueAt - performance.now();
    if (wait > 0) await sleep(wait);
    const status = await post(client, bodies[index] as Buffer);
    latency.record(Math.max(1, Math.round((performance.now() - dueAt) * 1000)));
    if (status >= 200 && status < 300) acknowledged++;
    else refused++;
  }
  await client.close();
}

/** The status of the answer; its body is thrown away. 0 where there was none. */
const post = (client: Client, body: Buffer) =>
  new Promise<number>((resolve) => {
    let status = 0;
    client.dispatch(
      { path: '/v1/collect', method: 'POST', headers: { 'content-type': 'application/json' }, body },
      {
        onRequestStart() {},
        onResponseStart(_controller, code) {
          status = code;
        },
        onResponseData() {},
        onResponseEnd: () => resolve(status),
        onResponseError: () => resolve(0),
      },
    );
  });

await Promise.all(Array.from({ length: order.connections }, send));
const ms = (us: number) => Math.round(us / 1000);
const report: LoadReport = {
  startedAt,
  acknowledged,
  refused,
  latencyMs: { p50: ms(latency.percentile(50)), p99: ms(latency.percentile(99)), max: ms(latency.max) },
};
console.log(JSON.stringify(report));
