import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sealPush } from '@minilens/wechat/push/seal-push';
import type { NewApp } from '@minilens/wire/report-api';
import { startPushProxy } from '../test/process/push-proxy-process.js';
import { runMinilens, startServer } from '../test/process/server-process.js';
import type { PushLoadReport, PushOrder } from './push-load.js';
import { median, type Row } from './row.js';
import { runScript } from './run-script.js';

const RUNS = 3;
/** Messages a second. With the slower one each finds everything asleep, which is how most accounts are. */
const RATES = [100, 500];
const HANGING = 500;
const APPID = 'wx00000000000000aa';
const KEYS = { token: 'AAAAA', encodingAesKey: 'A'.repeat(43), appid: APPID };

/**
 * A back end asked directly and through the proxy, which decrypts, judges and reports to a server on the same cores.
 * The back end answers at once, so that what is measured is the way.
 */
export async function benchPush({ messages = 2_000 } = {}): Promise<Row[]> {
  const data = mkdtempSync(join(tmpdir(), 'minilens-bench-'));
  let held = 0;
  const backEnd = createServer((asked, answer) => {
    asked.resume().once('end', () => {
      if (asked.url?.includes('hang=1')) held += 1;
      else answer.end('success');
    });
  }).listen(0, '127.0.0.1');
  await once(backEnd, 'listening');
  const direct = `http://127.0.0.1:${(backEnd.address() as AddressInfo).port}`;
  const app: NewApp = JSON.parse(await runMinilens(data, 'app', 'add', APPID, '--json'));
  const server = await startServer(data);
  const proxy = await startPushProxy(
    {
      MINILENS_APP_SECRET: app.secret,
      MINILENS_PUSH_TOKEN: KEYS.token,
      MINILENS_PUSH_AES_KEY: KEYS.encodingAesKey,
      MINILENS_DATA: join(data, 'proxy'),
    },
    ...['--upstream', `${direct}/wechat`, '--app', APPID, '--server', server.url, '--mode', 'safe'],
  );
  const load = (order: Partial<PushOrder> & Pick<PushOrder, 'urls'>) =>
    runScript<PushLoadReport>('push-load', { messages, connections: 1, keys: KEYS, ...order });
  const memoryMb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${proxy.pid}/status`, 'utf8'))?.[1]) / 1024;

  try {
    await load({ urls: [direct, proxy.url] });
    const paced = RATES.map((rate) => ({ rate, reports: [] as PushLoadReport[] }));
    const rates: { direct: number[]; proxied: number[] } = { direct: [], proxied: [] };
    for (let run = 0; run < RUNS; run++) {
      for (const { rate, reports } of paced) reports.push(await load({ urls: [direct, proxy.url], rate }));
      const full = { messages: messages * 4, connections: 32 };
      rates.direct.push((await load({ urls: [direct], ...full })).deliveriesPerSecond);
      rates.proxied.push((await load({ urls: [proxy.url], ...full })).deliveriesPerSecond);
    }
    const idleMb = memoryMb();
    const { query, body } = sealPush(
      {
        ToUserName: 'gh_shop',
        FromUserName: 'o-somebody',
        CreateTime: 1,
        MsgType: 'text',
        Content: 'Hello?',
        MsgId: 1,
      },
      {
        ...KEYS,
        mode: 'safe',
        format: 'xml',
        timestamp: Math.floor(Date.now() / 1000),
        nonce: '1',
        random: randomBytes(16),
      },
    );
    const hanging = Array.from({ length: HANGING }, () =>
      request(`${proxy.url}/?${new URLSearchParams(query)}&hang=1`, { method: 'POST', agent: false })
        .on('error', () => {})
        .end(body),
    );
    while (held < HANGING) await sleep(10);
    const hangingMb = memoryMb();
    for (const asking of hanging) asking.destroy();

    return [
      ...paced.flatMap(({ rate, reports }) => addedAt(rate, reports)),
      {
        name: 'push: deliveries directly',
        value: Math.round(median(rates.direct)),
        unit: 'deliveries/s',
        note: '32 at once',
      },
      {
        name: 'push: deliveries through the proxy',
        value: Math.round(median(rates.proxied)),
        unit: 'deliveries/s',
        note: '32 at once; sender, back end, proxy and server share the cores',
      },
      {
        name: `push: memory for ${HANGING} deliveries that hang`,
        value: Math.round(hangingMb - idleMb),
        unit: 'MB',
        note: `resident ${Math.round(hangingMb)} MB, before ${Math.round(idleMb)} MB`,
      },
    ];
  } finally {
    await proxy.kill();
    await server.kill();
    backEnd.closeAllConnections();
    backEnd.close();
    rmSync(data, { recursive: true, force: true });
  }
}

/** How long an answer takes both ways. */
function addedAt(rate: number, reports: PushLoadReport[]): Row[] {
  const middle = (of: (report: PushLoadReport) => number) => Number(median(reports.map(of)).toFixed(2));
  const p = (target: 0 | 1, percent: 'p50' | 'p99') => (report: PushLoadReport) =>
    report.latencies[target]?.[percent] as number;
  const row = (what: string, of: (report: PushLoadReport) => number): Row => ({
    name: `push: ${what}, ${rate}/s`,
    value: middle(of),
    unit: 'ms',
  });
  return [
    { ...row('answer directly, p50', p(0, 'p50')), note: `${rate} encrypted messages a second; the same in turn` },
    row('answer through the proxy, p50', p(1, 'p50')),
    {
      ...row('added by the proxy at the median', (report) => p(1, 'p50')(report) - p(0, 'p50')(report)),
      bar: '< 1',
      note: `median of ${RUNS} runs`,
    },
    row('answer directly, p99', p(0, 'p99')),
    row('answer through the proxy, p99', p(1, 'p99')),
  ];
}
