import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BatchText, StoredBatch } from '@minilens/store/insert-block';
import { markSeen, openLedger, type SessionLedger } from './session-ledger.js';

/**
 * Gaps kept for a session of all collectors. More than one collector keeps for its own: one that is away for hours owes
 * its share of every session it saw, a gap for each batch.
 */
const MAX_GAPS = 4_096;

const DAY_MS = 86_400_000;

/** Batches read in one go: three milliseconds, since acknowledgements wait behind it. */
const BATCHES_A_TURN = 100;

/** What one block brings of one session. */
export interface Brought {
  /** Of the session among all apps. */
  key: string;
  app: string;
  session: string;
  /** In the order they came, each with its place in the block. */
  batches: { index: number; batch: StoredBatch }[];
}

/** What a block may not bring as it is, by place of the batch in the block. Empty where collectors agree. */
export interface Verdict {
  /** Sequence numbers that another block brought before. */
  duplicates: Record<number, number[]>;
  /** The start of the session as the first block gave it, where the batch says another. Unix ms. */
  sessionAt: Record<number, number>;
}

/** What a block brings, by session, in an order that is the same for all. */
export async function groupBySession(batches: readonly BatchText[]): Promise<Brought[]> {
  const groups = new Map<string, Brought>();
  for (const [index, text] of batches.entries()) {
    if (index % BATCHES_A_TURN === 0) await nextTurn();
    // Emptied in place when its user was erased.
    if (text.length === 0) continue;
    const batch = JSON.parse(String(text)) as StoredBatch;
    // Of a session that did not begin nothing is remembered.
    if (placesOf(batch).length === 0) continue;
    const key = keyOf(batch.app, batch.session.id);
    const group = groups.get(key);
    if (group !== undefined) group.batches.push({ index, batch });
    else groups.set(key, { key, app: batch.app, session: batch.session.id, batches: [{ index, batch }] });
  }
  return [...groups.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The places in its session that a batch settles, by storing what has them or by saying that it was dropped. */
export const placesOf = ({ events, dropped = [] }: StoredBatch): number[] =>
  [...events, ...dropped].map(({ n }) => n).filter((n) => n > 0);

/** Neither an AppID nor a session's id holds a space. */
export const keyOf = (app: string, session: string) => `${app} ${session}`;

/**
 * What becomes of a session by what a block brings of it: its ledger after the block, and what was known already.
 *
 * @param known is not changed; undefined for a session of which no block told yet.
 */
export function settleSession(
  { batches }: Brought,
  known: SessionLedger | undefined,
): { ledger: SessionLedger; verdict: Verdict } {
  const [first] = batches as [Brought['batches'][number]];
  const ledger = known === undefined ? openLedger(first.batch.sessionAt, 0) : { ...known, gaps: [...known.gaps] };
  const verdict: Verdict = { duplicates: {}, sessionAt: {} };
  for (const { index, batch } of batches) {
    const seen = placesOf(batch).filter((n) => !markSeen(ledger, n, MAX_GAPS));
    if (seen.length > 0) verdict.duplicates[index] = seen;
    if (batch.sessionAt !== ledger.sessionAt) verdict.sessionAt[index] = ledger.sessionAt;
    ledger.day = Math.max(ledger.day, Math.floor(batch.receivedAt / DAY_MS));
  }
  return { ledger, verdict };
}

export const sumVerdicts = (verdicts: readonly Verdict[]): Verdict => ({
  duplicates: Object.assign({}, ...verdicts.map(({ duplicates }) => duplicates)),
  sessionAt: Object.assign({}, ...verdicts.map(({ sessionAt }) => sessionAt)),
});

/** The block's batches as they may be stored, empty text where nothing may and each in its place, and how many events were taken out. */
export async function applyVerdict(
  batches: readonly BatchText[],
  verdict: Verdict,
): Promise<{ batches: BatchText[]; duplicates: number }> {
  const kept: BatchText[] = [];
  let [duplicates, changed] = [0, 0];
  for (const [index, text] of batches.entries()) {
    const seen = verdict.duplicates[index];
    const startedAt = verdict.sessionAt[index];
    if (text.length === 0 || (seen === undefined && startedAt === undefined)) {
      kept.push(text);
      continue;
    }
    if (changed++ % BATCHES_A_TURN === 0) await nextTurn();
    const batch = JSON.parse(String(text)) as StoredBatch;
    const known = new Set(seen);
    // What was dropped without a number of its own is told by the batch that brings anything new, and only by it.
    const hasNews = placesOf(batch).some((n) => !known.has(n));
    const isNew = ({ n }: { n: number }) => (n > 0 ? !known.has(n) : hasNews);
    const [events, dropped] = [batch.events.filter(isNew), (batch.dropped ?? []).filter(isNew)];
    duplicates += batch.events.length - events.length;
    const isLeft = events.length + dropped.length > 0;
    kept.push(isLeft ? JSON.stringify({ ...batch, sessionAt: startedAt ?? batch.sessionAt, events, dropped }) : '');
  }
  return { batches: kept, duplicates };
}
