import { connect } from 'node:net';
import { createHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';

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
const { host, hostname, port } = new URL(order.url);
const requests = Array.from({ length: order.batches }, () => {
  const body = JSON.stringify({ ...ordinaryBatch(order.app, random, now - 120_000), sentAt: now });
  const head = ['POST /v1/collect HTTP/1.1', `host: ${host}`, 'content-type: application/json'];
  return Buffer.from(`${head.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
});

const latency = createHistogram();
let [next, acknowledged, refused] = [0, 0, 0];
const startedAt = Date.now();
const zero = performance.now();

/** Sends what is due, one batch after the other, over one connection. */
async function send(): Promise<void> {
  const { post, close } = openConnection();
  while (next < requests.length) {
    const index = next++;
    const dueAt = order.rate === undefined ? performance.now() : zero + (index * 1000) / order.rate;
    const wait = dueAt - performance.now();
    if (wait > 0) await sleep(wait);
    const status = await post(requests[index] as Buffer);
    latency.record(Math.max(1, Math.round((performance.now() - dueAt) * 1000)));
    if (status >= 200 && status < 300) acknowledged++;
    else refused++;
  }
  close();
}

/** Status, length and as much as has come of an answer's body. */
const ANSWER = /^HTTP\/1\.1 (\d+) .*?\r\ncontent-length: (\d+)\r\n.*?\r\n\r\n(.*)$/is;

/**
 * A connection that knows no more of HTTP than the collector's answers need: whatever the generator takes of the cores,
 * the server does not have. `post` gives the status, 0 where there was no answer.
 */
function openConnection() {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true }).setEncoding('latin1');
  let text = '';
  let answer = (_status: number) => {};
  socket.on('data', (chunk) => {
    text += chunk;
    const [, status, length, body] = ANSWER.exec(text) ?? [];
    if (body === undefined || body.length < Number(length)) return;
    text = '';
    answer(Number(status));
  });
  // Told by its closing too.
  socket.on('error', () => {});
  socket.on('close', () => answer(0));
  return {
    post: (request: Buffer) =>
      new Promise<number>((resolve) => {
        answer = resolve;
        if (socket.destroyed) resolve(0);
        else socket.write(request);
      }),
    close: () => socket.end(),
  };
}

await Promise.all(Array.from({ length: order.connections }, send));
const ms = (us: number) => Math.round(us / 1000);
const report: LoadReport = {
  startedAt,
  acknowledged,
  refused,
  latencyMs: { p50: ms(latency.percentile(50)), p99: ms(latency.percentile(99)), max: ms(latency.max) },
};
console.log(JSON.stringify(report));
