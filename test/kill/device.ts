import type { Receipt } from '@minilens/wire/receipt';
import type { NewApp } from '@minilens/wire/report-api';

const MINUTE_MS = 60_000;
const EVENTS_PER_BATCH = 5;
const BATCHES_PER_SESSION = 3;

export interface Device {
  /** Opens two sessions at that time and queues what happens in them, interleaved. */
  use(startAt: number): void;
  /** Sends one batch, as an agent over a bad network does. Gives false when there was no receipt. */
  send(url: string): Promise<boolean>;
  /** Batches without a receipt. */
  waiting(): number;
  /** Every event that has a receipt: `session n`. */
  acknowledged: string[];
  /** True start of each session. Unix ms. */
  sessions: Map<string, number>;
  user: string;
}

/**
 * A device that repeats a batch until it is acknowledged, sometimes sends one twice, and not always the oldest first.
 *
 * @param clockMs how far its clock is ahead.
 */
export function createDevice(app: NewApp, name: string, random: () => number, clockMs = 0): Device {
  const user = `user-of-${name}`;
  const sessions = new Map<string, number>();
  const acknowledged: string[] = [];
  let queue: { session: { id: string; startAt: number; user: string }; events: { n: number }[] }[] = [];

  const eventsOf = (startAt: number, batch: number) =>
    Array.from({ length: EVENTS_PER_BATCH }, (_, i) => {
      const n = batch * EVENTS_PER_BATCH + i + 1;
      const event = { n, at: startAt + clockMs + n * MINUTE_MS, page: `pages/${n % 3}/index` };
      if (n % 3 === 1) return { ...event, kind: 'page_show' };
      if (n % 3 === 2) return { ...event, kind: 'page_hide', view: n - 1, stayMs: 1_000 * n };
      return { ...event, kind: 'call', name: 'scanCode', outcome: n % 2 === 0 ? 'success' : 'fail', durationMs: n };
    });

  const post = async (url: string, batch: (typeof queue)[number]) => {
    const body = {
      v: 1,
      app: app.appid,
      key: app.key,
      agent: 'test',
      sentAt: Date.now() + clockMs,
      device: { version: '1.0.0' },
      ...batch,
    };
    const answer = await fetch(`${url}/v1/collect`, { method: 'POST', body: JSON.stringify(body) }).catch(() => null);
    if (answer !== null && answer.status < 500 && !answer.ok) throw new Error(await answer.text());
    if (!answer?.ok) return undefined;
    return (await answer.json().catch(() => undefined)) as Receipt | undefined;
  };

  return {
    user,
    sessions,
    acknowledged,
    waiting: () => queue.length,
    use: (startAt) => {
      const pair = ['a', 'b'].map((half) => ({
        id: `session-${name}-${sessions.size}-${half}`,
        startAt: startAt + clockMs,
        user,
      }));
      for (const { id } of pair) sessions.set(id, startAt);
      for (let batch = 0; batch < BATCHES_PER_SESSION; batch++) {
        for (const session of pair) queue.push({ session, events: eventsOf(startAt, batch) });
      }
    },
    send: async (url) => {
      const batch = queue[random() < 0.2 ? Math.floor(random() * queue.length) : 0];
      if (batch === undefined) return false;
      const receipt = await post(url, batch);
      if (receipt === undefined) return false;
      // Stored by a server that died before it could say so: settled just the same.
      if (receipt.accepted + (receipt.dropped.duplicate ?? 0) !== batch.events.length)
        throw new Error(`${batch.session.id} was not taken whole: ${JSON.stringify(receipt)}`);
      queue = queue.filter((other) => other !== batch);
      acknowledged.push(...batch.events.map(({ n }) => `${batch.session.id} ${n}`));
      if (random() < 0.2) {
        const again = await post(url, batch);
        if (again !== undefined && again.dropped.duplicate !== batch.events.length)
          throw new Error(`${batch.session.id} was taken twice: ${JSON.stringify(again)}`);
      }
      return true;
    },
  };
}
