import { asNew } from './as-new.js';
import { IS_VISIT } from './catalogue/per-session.js';
import { catchUp } from './catch-up.js';
import { execute, type Store, selectRows } from './connect.js';
import { type BatchText, insertBlock, type RefusedBatch, type StoredBatch } from './insert-block.js';

/** Tries in a row. Each is undone only by another kill, so more of them point to something else. */
const MAX_TRIES = 8;

/**
 * Inserts a block that may be in the store already: wholly, in part, or not at all.
 *
 * The token alone does not settle this. The engine writes a token down a moment before it shows the rows: killed in
 * between, it takes the repeat for a duplicate of rows that are nowhere. And after a power cut the rows may be there and
 * the token not. So what counts is a look at which events are there; those that are not are inserted, and looked for
 * again. The tokens are the same in every try, so an insert that a server still works on cannot happen twice.
 *
 * @throws when the engine fails for a reason that may pass.
 */
export async function insertAgain(
  store: Store,
  block: { token: string; batches: readonly BatchText[] },
): Promise<RefusedBatch[]> {
  const refused: RefusedBatch[] = [];
  let missing: Rest[] = block.batches.map((text) => (text.length === 0 ? undefined : JSON.parse(String(text))));
  const sessions = sessionsOf(missing);
  // The same nodes from beginning to end: each is brought up to date before it is asked.
  const shards = await store.shards();
  for (let tries = 0; ; tries++) {
    missing = await findMissing(shards, missing);
    // Drops cannot be looked for one by one, so they are told under the block's own tokens, which settle them alone.
    if (tries > 0) missing = missing.map((batch) => batch && { ...batch, dropped: [] });
    const batches = missing.map((batch) => (isSettled(batch) ? '' : JSON.stringify(batch)));
    if (batches.every((text) => text === '')) break;
    if (tries > MAX_TRIES)
      throw new Error(`Events of block ${block.token} do not appear, however often it is inserted`);
    const newlyRefused = await insertBlock(store, {
      token: tries === 0 ? block.token : `${block.token}m${tries}`,
      batches,
    });
    refused.push(...newlyRefused);
    const isRefused = new Set(newlyRefused.map(({ batch }) => batch));
    missing = missing.map((batch, place) => (isRefused.has(batches[place] as string) ? undefined : batch));
  }
  await tellTheRest(shards, sessions);
  return refused;
}

/** What of a batch may have to be inserted. It keeps its place in the block: by places a half meets its token again. */
type Rest = StoredBatch | undefined;

const isSettled = (batch: Rest) => batch === undefined || batch.events.length + (batch.dropped ?? []).length === 0;

/** Batches with those of their events that are not in the store. */
async function findMissing(shards: readonly Store[], batches: readonly Rest[]): Promise<Rest[]> {
  const rows: { app: string; session_id: string; places: number[] }[] = [];
  for (const shard of shards) {
    // What it has not fetched yet would be stored twice.
    await catchUp(shard, 'events');
    const found = await selectRows<(typeof rows)[number]>(
      shard,
      `SELECT app, session_id, groupArray(n) AS places FROM events WHERE ${IN_SESSIONS} GROUP BY app, session_id`,
      sessionsOf(batches),
    );
    rows.push(...found);
  }
  const stored = new Map<string, Set<number>>();
  for (const { app, session_id, places } of rows) {
    const key = `${app} ${session_id}`;
    stored.set(key, new Set([...(stored.get(key) ?? []), ...places]));
  }
  return batches.map((batch) => {
    if (batch === undefined) return undefined;
    const places = stored.get(`${batch.app} ${batch.session.id}`);
    return { ...batch, events: batch.events.filter(({ n }) => !places?.has(n)) };
  });
}

const IN_SESSIONS = `app IN {apps:Array(String)}
  AND session_hour IN (SELECT arrayJoin(arrayMap(s -> toDateTime(s, 'UTC'), {hours:Array(UInt32)})))
  AND session_id IN {sessions:Array(String)}`;

function sessionsOf(batches: readonly Rest[]) {
  const distinct = <T>(pick: (batch: StoredBatch) => T) => [
    ...new Set(batches.filter((batch) => batch !== undefined).map(pick)),
  ];
  return {
    apps: distinct(({ app }) => app),
    hours: distinct(({ sessionAt }) => Math.floor(sessionAt / 3_600_000) * 3600),
    sessions: distinct(({ session }) => session.id),
  };
}

/**
 * What else the block was to tell may be missing in the same way. Told once too often it changes nothing: its buckets
 * are computed again, and a user's first session stays the first.
 */
async function tellTheRest(shards: readonly Store[], sessions: ReturnType<typeof sessionsOf>): Promise<void> {
  for (const shard of shards) {
    await execute(
      shard,
      `INSERT INTO buckets (app, hour, loads, loaded_at) SETTINGS ${asNew()}
SELECT app, arrayJoin([session_hour, own_hour]) AS hour, count(), now('UTC')
FROM (
  SELECT app, session_hour, toStartOfHour(at, 'UTC') AS own_hour FROM events WHERE ${IN_SESSIONS}
  UNION ALL
  SELECT app, session_hour, received_hour AS own_hour FROM drops WHERE ${IN_SESSIONS}
) GROUP BY app, hour`,
      sessions,
    );
    await execute(
      shard,
      `INSERT INTO user_firsts (app, user_id, first_session_at) SETTINGS ${asNew()}
SELECT app, user_id, min(session_at) FROM events WHERE ${IN_SESSIONS} AND ${IS_VISIT} GROUP BY app, user_id`,
      sessions,
    );
  }
}
