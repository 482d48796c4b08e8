import type { EventRecord, Live } from '@minilens/wire/records';

/** Events that are kept in sight at most. */
export const MOST_LIVE = 200;

/** What arrived earlier may be seen later, when it waited to be stored: this far back is asked again. Unit: ms. */
const OVERLAP_MS = 20_000;

/** `isNew`: came with the last answer, and not with the first. */
export type LiveEvent = EventRecord & { isNew: boolean };
export type LiveState = Omit<Live, 'items'> & { items: LiveEvent[] };

/** Until which arrival everything is known; 0 where nothing is. Unit: ms. */
export const liveAfter = (known: LiveState | undefined): number =>
  Math.max(0, (known?.items[0]?.receivedAt ?? 0) - OVERLAP_MS);

/** Puts what is new on top of what is known. */
export function mergeLive(known: LiveState | undefined, answer: Live): LiveState {
  const keys = new Set(known?.items.map(keyOf));
  const fresh = answer.items
    .filter((item) => !keys.has(keyOf(item)))
    .map((item) => ({ ...item, isNew: known !== undefined }));
  const older = (known?.items ?? []).map((item) => ({ ...item, isNew: false }));
  return {
    ...answer,
    items: [...fresh, ...older]
      .sort((a, b) => b.receivedAt - a.receivedAt || b.at - a.at || b.n - a.n)
      .slice(0, MOST_LIVE),
  };
}

/** Names an event: its place in its session. */
export const keyOf = ({ session, n }: Pick<EventRecord, 'session' | 'n'>): string => `${session} ${n}`;
