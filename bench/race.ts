import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Variant } from './agent-variants.js';
import { median } from './row.js';
import type { Style, Turn, WorkerOrder, WorkerReady } from './variant-worker.js';

/** What came of one variant. */
export interface Racer {
  variant: Variant;
  broken: boolean;
  /** Why there is nothing to measure in a style. */
  whyNot: WorkerReady['whyNot'];
  /** Nanoseconds that one call takes longer than without an agent; once a heat; absent where it was not measured. */
  addedNs: Partial<Record<Style, number[]>>;
  calls: number;
  arrived: number;
}

const STYLES: Style[] = ['request', 'callbacks', 'promise'];

/**
 * Measures all variants in the same rounds, one turn after the other, so that all of them meet the same machine. Each
 * has a thread of its own: its own globals, and an engine that knows its calls alone, as on a device. The styles take
 * turns too: an app makes requests and other calls, and an engine that has seen only one of them is up to twice as fast.
 * How well an engine optimizes is luck, so that everything begins anew in every heat.
 */
export async function race(
  unhooked: Variant,
  variants: Variant[],
  codeOf: (variant: Variant) => string | undefined,
  { heats, rounds }: { heats: number; rounds: number },
): Promise<Racer[]> {
  const racers = [unhooked, ...variants].map(
    (variant): Racer => ({ variant, broken: false, whyNot: {}, addedNs: {}, calls: 0, arrived: 0 }),
  );
  for (let heat = 0; heat < heats; heat++) {
    const sound = racers.filter(({ broken }) => !broken);
    const lanes = await Promise.all(sound.map((racer) => enter(racer, codeOf(racer.variant))));
    await runHeat(lanes as [Lane, ...Lane[]], rounds);
    for (const { worker } of lanes) await worker.terminate();
    // Without these two there is nothing to compare with.
    for (const { variant, whyNot } of racers.slice(0, 2))
      for (const reason of Object.values(whyNot)) throw new Error(`${variant.name}: ${reason}`);
  }
  return racers.slice(1);
}

async function runHeat([bare, ...others]: [Lane, ...Lane[]], rounds: number): Promise<void> {
  const added = new Map<Lane, Record<Style, number[]>>();
  for (const lane of others) added.set(lane, { request: [], callbacks: [], promise: [] });
  for (let round = 0; round < rounds; round++) {
    for (const style of STYLES) {
      const bareNs = await bare.take(style);
      for (const [{ racer, take }, differences] of added)
        if (!racer.whyNot[style]) differences[style].push((await take(style)) - bareNs);
    }
  }
  for (const [{ racer }, differences] of added)
    for (const style of STYLES) {
      if (racer.whyNot[style]) continue;
      racer.addedNs[style] ??= [];
      racer.addedNs[style].push(median(differences[style]));
    }
}

interface Lane {
  worker: Worker;
  racer: Racer;
  /** One turn; NaN once the variant is broken. Unit: ns per call. */
  take(style: Style): Promise<number>;
}

async function enter(racer: Racer, code: string | undefined): Promise<Lane> {
  const worker = new Worker(new URL('./variant-worker.js', import.meta.url), {
    workerData: { variant: racer.variant.name, code } satisfies WorkerOrder,
  });
  const hear = async <Said>() => {
    try {
      const [said] = await once(worker, 'message');
      return said as Said;
    } catch (error) {
      const reason = `cannot be run: ${error instanceof Error ? error.message : error}`;
      racer.whyNot = { request: reason, callbacks: reason, promise: reason };
      racer.broken = true;
      return undefined;
    }
  };
  const ready = await hear<WorkerReady>();
  if (ready) racer.whyNot = ready.whyNot;
  let arrived = 0;
  return {
    worker,
    racer,
    async take(style) {
      if (racer.broken) return Number.NaN;
      worker.postMessage(style);
      const turn = await hear<Turn>();
      if (!turn) return Number.NaN;
      racer.calls += turn.calls;
      racer.arrived += turn.arrived - arrived;
      arrived = turn.arrived;
      return turn.callNs;
    },
  };
}
