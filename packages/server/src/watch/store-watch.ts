import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '@minilens/store/connect';

/** Between two looks at the event store. Unit: ms. */
const EVERY_MS = 15_000;

export interface StoreState {
  isReachable: boolean;
  answerSeconds: number;
}

export interface StoreWatch {
  /** What the last look found; undefined before the first. */
  state(): StoreState | undefined;
  /** Looks now. */
  look(): Promise<StoreState>;
  /** Looks from time to time until stopped. */
  start(): void;
  stop(): Promise<void>;
}

/** Keeps in mind whether the event store answers, so that a scrape need not ask it. */
export function createStoreWatch(store: Store): StoreWatch {
  const stopping = new AbortController();
  let state: StoreState | undefined;
  let running: Promise<void> = Promise.resolve();

  async function look(): Promise<StoreState> {
    const startedAt = performance.now();
    const isReachable = await store.ping().then(
      () => true,
      () => false,
    );
    state = { isReachable, answerSeconds: (performance.now() - startedAt) / 1000 };
    return state;
  }

  async function run() {
    while (!stopping.signal.aborted) {
      await look();
      await sleep(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  return {
    state: () => state,
    look,
    start: () => {
      running = run();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
