import type { BatchText } from '@minilens/store/insert-block';
import { sql, type Transaction } from 'kysely';
import type { Db } from '../db/connect.js';
import type { Tables } from '../db/tables.js';
import { markUnseen, type SessionLedger } from './session-ledger.js';
import {
  applyVerdict,
  type Brought,
  groupBySession,
  keyOf,
  placesOf,
  settleSession,
  sumVerdicts,
  type Verdict,
} from './settle-block.js';
import type { Block, Spool } from './spool.js';

/** Sessions, and batches that tell of some, written by one statement. */
const WRITE_AT_ONCE = 1_000;

/** Sessions forgotten by one statement. */
const FORGET_AT_ONCE = 5_000;

/** A block as it may be stored, without the `duplicates` events that other collectors brought before. */
export interface SettledBlock {
  batches: readonly BatchText[];
  duplicates: number;
}

export interface SharedLedger {
  /**
   * Decides between the collectors what of a block is new. The same block gets the same answer however often it is
   * settled, until its spool brings the next one.
   */
  settle(block: Block): Promise<SettledBlock>;
  /** Forgets sessions and blocks that nobody told of since that day (days since the epoch). Gives how many sessions. */
  forgetSessions(beforeDay: number): Promise<number>;
}

/**
 * What all collectors on one PostgreSQL know of every session. A collector acknowledges by the ledger of its own spool
 * alone; sessions that move between collectors are settled here, before a block goes into the store.
 */
export function createSharedLedger(db: Db): SharedLedger {
  return {
    settle: async (block) => {
      const verdict = (await recall(db, block)) ?? (await decide(db, block));
      return applyVerdict(block.batches, verdict);
    },

    forgetSessions: async (beforeDay) => {
      await db.deleteFrom('settled_blocks').where('day', '<', beforeDay).execute();
      for (let forgotten = 0; ; ) {
        // One that a block is just telling of is not old any more, and not waited for.
        const { numAffectedRows = 0n } = await sql`DELETE FROM session_ledgers WHERE (app, session) IN (
          SELECT app, session FROM session_ledgers WHERE day < ${beforeDay} LIMIT ${FORGET_AT_ONCE} FOR UPDATE SKIP LOCKED
        )`.execute(db);
        forgotten += Number(numAffectedRows);
        if (numAffectedRows < FORGET_AT_ONCE) return forgotten;
      }
    },
  };
}

/**
 * Tells an empty shared ledger what one spool knows, for a collector that was alone until now. What still waits in it is
 * left out: it is yet to be settled, and would be taken for repeated.
 */
export async function takeOver(tx: Transaction<Tables>, spool: Pick<Spool, 'sessions' | 'waiting'>): Promise<void> {
  for (const some of inSlices(spool.sessions())) await insertNew(tx, some);
  for (const batches of inSlices(spool.waiting())) {
    const brought = await groupBySession(batches);
    const known = await lockKnown(tx, brought);
    const entries = brought.flatMap((one) => {
      const ledger = known.get(one.key);
      return ledger === undefined ? [] : [{ ...one, ledger }];
    });
    for (const { ledger, batches } of entries)
      markUnseen(
        ledger,
        batches.flatMap(({ batch }) => placesOf(batch)),
      );
    await update(tx, entries);
  }
}

function* inSlices<T>(all: Iterable<T>): Generator<T[]> {
  let slice: T[] = [];
  for (const one of all) {
    slice.push(one);
    if (slice.length < WRITE_AT_ONCE) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}

/** What was decided when this block was settled before. */
async function recall(db: Db, { spool, token }: Block): Promise<Verdict | undefined> {
  const last = await db.selectFrom('settled_blocks').selectAll().where('spool', '=', spool).executeTakeFirst();
  return last?.token === token ? JSON.parse(last.verdict) : undefined;
}

/**
 * In one transaction: what was known of the block's sessions, what is from now on, and the verdict. Rows are written and
 * locked in one order, so that collectors with the same sessions wait for each other and never in a circle. Most sessions
 * are new here, or nobody else's: those cost their row and nothing more.
 */
async function decide(db: Db, block: Block): Promise<Verdict> {
  const { spool, token, batches } = block;
  const brought = await groupBySession(batches);
  const opened = brought.map((one) => ({ ...one, ...settleSession(one, undefined) }));
  return db.transaction().execute(async (tx) => {
    const isNew = await insertNew(tx, opened);
    const others = brought.filter(({ key }) => !isNew.has(key));
    const known = await lockKnown(tx, others);
    // A try whose connection broke may have been committed while its sessions were waited for: what is known of them
    // is what this very block told.
    const decided = await recall(tx, block);
    if (decided !== undefined) return decided;
    if (known.size < others.length) throw new Error('A session was forgotten while a block told of it');
    const settled = opened.map((entry) => {
      const ledger = known.get(entry.key);
      return ledger === undefined ? entry : { ...entry, ...settleSession(entry, ledger) };
    });
    await update(
      tx,
      settled.filter(({ key }) => known.has(key)),
    );

    const verdict = sumVerdicts(settled.map((entry) => entry.verdict));
    const day = settled.reduce((latest, { ledger }) => Math.max(latest, ledger.day), 0);
    const row = { token, verdict: JSON.stringify(verdict), day };
    await tx
      .insertInto('settled_blocks')
      .values({ spool, ...row })
      .onConflict((conflict) => conflict.column('spool').doUpdateSet(row))
      .execute();
    return verdict;
  });
}

/** A session and what is known of it. */
interface Entry {
  app: string;
  session: string;
  ledger: SessionLedger;
}

/** Writes ledgers of sessions that had none, and gives the keys of those. */
async function insertNew(tx: Transaction<Tables>, entries: readonly Entry[]): Promise<Set<string>> {
  const { rows } = await sql<{ app: string; session: string }>`
    INSERT INTO session_ledgers (app, session, high, gaps, session_at, day)
    SELECT * FROM ${asRows(entries)} ON CONFLICT (app, session) DO NOTHING RETURNING app, session`.execute(tx);
  return new Set(rows.map(({ app, session }) => keyOf(app, session)));
}

/** The ledgers of these sessions, which are this transaction's until it ends. */
async function lockKnown(tx: Transaction<Tables>, brought: readonly Brought[]): Promise<Map<string, SessionLedger>> {
  if (brought.length === 0) return new Map();
  const [apps, sessions] = [brought.map(({ app }) => app), brought.map(({ session }) => session)];
  const { rows } = await sql<Omit<SessionLedger, 'gaps'> & { app: string; session: string; gaps: string }>`
    SELECT app, session, high, gaps, session_at AS "sessionAt", day FROM session_ledgers
    JOIN unnest(${apps}::text[], ${sessions}::text[]) AS asked (app, session) USING (app, session)
    ORDER BY app, session FOR UPDATE OF session_ledgers`.execute(tx);
  return new Map(
    rows.map(({ app, session, gaps, ...rest }) => [keyOf(app, session), { ...rest, gaps: JSON.parse(gaps) }]),
  );
}

async function update(tx: Transaction<Tables>, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  await sql`UPDATE session_ledgers AS old SET high = told.high, gaps = told.gaps, day = told.day
    FROM ${asRows(entries)} WHERE old.app = told.app AND old.session = told.session`.execute(tx);
}

/** Ledgers as a table `told` of one statement, whatever their number: six parameters. */
function asRows(entries: readonly Entry[]) {
  const column = <T>(pick: (entry: Entry) => T) => entries.map(pick);
  return sql`unnest(${column(({ app }) => app)}::text[], ${column(({ session }) => session)}::text[],
    ${column(({ ledger }) => ledger.high)}::bigint[], ${column(({ ledger }) => JSON.stringify(ledger.gaps))}::text[],
    ${column(({ ledger }) => ledger.sessionAt)}::bigint[], ${column(({ ledger }) => ledger.day)}::integer[]
  ) AS told (app, session, high, gaps, session_at, day)`;
}
