import { createHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { sealPush } from '@minilens/wechat/push/seal-push';
import { Client } from 'undici';

/** What the sender is told, as JSON in its first argument. */
export interface PushOrder {
  /** Each message goes to every one of them, which takes turns at being the first. */
  urls: string[];
  messages: number;
  connections: number;
  /** Messages a second; absent: as many as go. */
  rate?: number;
  keys: { token: string; encodingAesKey: string; appid: string };
}

/** What it answers, as JSON on its last line, in the order of the URLs. */
export interface PushLoadReport {
  deliveriesPerSecond: number;
  /** From sending to the complete answer. Unit: ms. */
  latencies: { p50: number; p99: number }[];
}

const order: PushOrder = JSON.parse(process.argv[2] as string);
const timestamp = Math.floor(Date.now() / 1000);
// Made beforehand, so that the measured time is not the sender's.
const pushes = Array.from({ length: order.messages }, (_, index) => {
  const { query, body } = sealPush(
    {
      ToUserName: 'gh_97417a04a28d',
      FromUserName: 'o9AgO5Kd5ggOC-bXrbNODIiE3bGY',
      CreateTime: timestamp,
      MsgType: 'text',
      Content: 'When does my order arrive?',
      MsgId: 7_000_000_000 + index,
    },
    { ...order.keys, mode: 'safe', format: 'xml', timestamp, nonce: String(index), random: Buffer.alloc(16, index) },
  );
  return { query: String(new URLSearchParams(query)), body: Buffer.from(body) };
});

const latencies = order.urls.map(() => createHistogram());
let next = 0;
const zero = performance.now();

/** Sends what is due, one message after the other, over one connection to each. */
async function send(): Promise<void> {
  const clients = order.urls.map((url) => new Client(url, { pipelining: 1 }));
  while (next < pushes.length) {
    const index = next++;
    const wait = order.rate === undefined ? 0 : zero + (index * 1000) / order.rate - performance.now();
    if (wait > 0) await sleep(wait);
    for (let turn = 0; turn < clients.length; turn++) {
      const target = (index + turn) % clients.length;
      const startedAt = performance.now();
      await deliver(clients[target] as Client, pushes[index] as (typeof pushes)[number]);
      latencies[target]?.record(Math.max(1, Math.round((performance.now() - startedAt) * 1000)));
    }
  }
  await Promise.all(clients.map((client) => client.close()));
}

async function deliver(client: Client, { query, body }: (typeof pushes)[number]): Promise<void> {
  const answer = await client.request({
    path: `/wechat?${query}`,
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body,
  });
  const said = await answer.body.text();
  if (answer.statusCode !== 200 || said !== 'success') throw new Error(`It answers ${answer.statusCode} ${said}`);
}

await Promise.all(Array.from({ length: order.connections }, send));
const seconds = (performance.now() - zero) / 1000;
const report: PushLoadReport = {
  deliveriesPerSecond: (order.messages * order.urls.length) / seconds,
  latencies: latencies.map((latency) => ({ p50: latency.percentile(50) / 1000, p99: latency.percentile(99) / 1000 })),
};
console.log(JSON.stringify(report));
