import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import type { InterfaceList, NewApp } from '@minilens/wire/report-api';
import { runMinilens, startServer } from '../test/process/server-process.js';
import type { LoadOrder, LoadReport } from './load-generator.js';
import { median, percentile, type Row } from './row.js';
import { runScript } from './run-script.js';

const EVENTS_PER_BATCH = 20;
/** Phones that report at one time. Fewer leave the collector waiting for them while they wait for the disk. */
const CONNECTIONS = 128;
/** Every batch of the generator holds this many calls. */
const CALLS_PER_BATCH = 5;
const RUNS = 3;
const FRESHNESS_TRIES = 100;

/** The way in, under load from a second process on the same cores. */
export async function benchIngest({ batches = 60_000 } = {}): Promise<Row[]> {
  const data = mkdtempSync(join(tmpdir(), 'minilens-bench-'));
  const app: NewApp = JSON.parse(await runMinilens(data, 'app', 'add', 'wx00000000000000aa', '--json'));
  const startedAt = performance.now();
  // One address and one app are the whole load here.
  const server = await startServer(data, { env: { MINILENS_RATE_PER_IP: '0', MINILENS_RATE_PER_APP: '0' } });
  const startMs = performance.now() - startedAt;
  const { token } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { token: string };

  const load = (order: Partial<LoadOrder>) =>
    runScript<LoadReport>('load-generator', {
      url: server.url,
      app,
      connections: CONNECTIONS,
      batches,
      seed: 1,
      ...order,
    });
  const countCalls = async () => {
    const answer = await fetch(`${server.url}/api/v1/apps/${app.appid}/interfaces?from=${isoIn(-2)}&to=${isoIn(2)}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return ((await answer.json()) as InterfaceList).items.reduce((sum, item) => sum + item.calls, 0);
  };
  const readMetric = async (name: string) => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  };
  const settle = async () => {
    while ((await readMetric('minilens_spool_batches')) > 0) await sleep(50);
  };

  try {
    await load({ batches: 2_000, seed: 99 });
    const [rates, ratios]: number[][] = [[], []];
    for (let run = 0; run < RUNS; run++) {
      await settle();
      const before = { calls: await countCalls(), events: await readMetric('minilens_events_accepted_total') };
      const report = await load({ seed: run + 2 });
      await settle();
      const queryableAt = Date.now();
      const stored = (await countCalls()) - before.calls;
      // The generator repeats a batch now and then; what counts is what was accepted.
      const accepted = (await readMetric('minilens_events_accepted_total')) - before.events;
      if (report.refused > 0 || stored * EVENTS_PER_BATCH !== accepted * CALLS_PER_BATCH) {
        throw new Error(
          `${accepted} events were accepted and ${report.refused} batches refused, but ${stored} calls stored`,
        );
      }
      const rate = (accepted * 1000) / (queryableAt - report.startedAt);
      const alone = await runScript<{ eventsPerSecond: number }>('engine-alone', { batches, seed: run + 2 });
      rates?.push(rate);
      ratios?.push(rate / alone.eventsPerSecond);
    }
    const rate = median(rates as number[]);
    const memoryKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]);
    const halfRate = Math.floor(rate / EVENTS_PER_BATCH / 2);
    const half: LoadReport['latencyMs'][] = [];
    for (let run = 0; run < RUNS; run++) {
      half.push((await load({ rate: halfRate, batches: halfRate * 10, seed: 50 + run })).latencyMs);
      await settle();
    }
    const events = await readMetric('minilens_events_accepted_total');
    const tenth = Math.floor(rate / EVENTS_PER_BATCH / 10);
    const alone = await load({ rate: tenth, batches: tenth * 20, seed: 61 });
    await settle();
    let isLoading = true;
    const asking = repeatWhile(() => isLoading, countCalls);
    const asked = await load({ rate: tenth, batches: tenth * 20, seed: 62 });
    isLoading = false;
    const questionMs = await asking;
    await settle();
    const freshMs = await measureFreshness(server.url, app, countCalls);
    return [
      { name: 'start: ready on a small data directory', value: Math.round(startMs), unit: 'ms', bar: '≤ 3,000' },
      {
        name: 'ingest: events acknowledged and queryable',
        value: Math.round(rate),
        unit: 'events/s',
        bar: '≥ 100,000',
        note: `20 a batch over ${CONNECTIONS} connections, generator on the same cores, median of ${RUNS}`,
      },
      {
        name: 'ingest: share of what the engine loads alone',
        value: Number(median(ratios as number[]).toFixed(2)),
        unit: '×',
        bar: '≥ 0.3',
        note: 'same rows, same run',
      },
      {
        name: 'ingest: acknowledgement p50 at half that load',
        value: median(half.map(({ p50 }) => p50)),
        unit: 'ms',
      },
      {
        name: 'ingest: acknowledgement p99 at half that load',
        value: median(half.map(({ p99 }) => p99)),
        unit: 'ms',
        bar: '≤ 50',
        note: `10 seconds, median of ${half.map(({ p99 }) => p99).join(', ')}`,
      },
      {
        name: 'ingest: acknowledgement p99 while a full-table question runs',
        value: asked.latencyMs.p99,
        unit: 'ms',
        bar: '≤ 50',
        note: `at a tenth of that load, over ${(events / 1e6).toFixed(1)} million events, ${questionMs.length} questions one after the other, median ${Math.round(median(questionMs))} ms; without them ${alone.latencyMs.p99} ms`,
      },
      { name: 'ingest: largest resident memory', value: Math.round(memoryKb / 1024), unit: 'MB', bar: '≤ 1,024' },
      {
        name: 'freshness: acknowledged → visible, p99',
        value: Math.round(percentile(freshMs, 99)),
        unit: 'ms',
        bar: '≤ 5,000',
        note: `${freshMs.length} tries on an otherwise idle server`,
      },
    ];
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

async function measureFreshness(url: string, app: NewApp, countCalls: () => Promise<number>): Promise<number[]> {
  const random = createSeededRandom(7);
  const waits: number[] = [];
  for (let seen = await countCalls(); waits.length < FRESHNESS_TRIES; seen += CALLS_PER_BATCH) {
    const now = Date.now();
    await fetch(`${url}/v1/collect`, {
      method: 'POST',
      body: JSON.stringify({ ...ordinaryBatch(app, random, now - 100_000), sentAt: now }),
    });
    const acknowledgedAt = performance.now();
    while ((await countCalls()) < seen + CALLS_PER_BATCH) await sleep(10);
    waits.push(performance.now() - acknowledgedAt);
    await sleep(random() * 200);
  }
  return waits;
}

/** Does it again and again, and gives how long each took. Unit: ms. */
async function repeatWhile(isOn: () => boolean, run: () => Promise<unknown>): Promise<number[]> {
  const tookMs: number[] = [];
  while (isOn()) {
    const startedAt = performance.now();
    await run();
    tookMs.push(performance.now() - startedAt);
  }
  return tookMs;
}

const isoIn = (hours: number) => encodeURIComponent(new Date(Date.now() + hours * 3_600_000).toISOString());
