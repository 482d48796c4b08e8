import { type Bucket, isDirty, listBuckets } from './buckets.js';
import { type Store, selectRows } from './connect.js';
import { inHours } from './roll-up.js';
import type { Source } from './source.js';
import { SOURCES, type SourceName } from './sources.js';

/** Buckets checked at once: a day keeps memory small. */
const BUCKETS_AT_ONCE = 24;

/** Differences and doubled events that are named; all are counted. */
const NAMED_AT_MOST = 100;

/** How far apart the starts of one session's copies are looked for. Unit: s. */
const NEIGHBOURHOOD_S = 86_400;

/** A rollup's value that is not what its events say. */
export interface RollupDifference {
  /** Start of the bucket, Unix ms. */
  hour: number;
  source: SourceName;
  /** Which row of the bucket. */
  key: Record<string, string>;
  /** The column that differs; `rows` where the row itself is on one side only, or there more often. */
  column: string;
  rollup: string;
  events: string;
}

/** An event that is stored more than once. */
export interface DoubledEvent {
  /** Start of its session's bucket, Unix ms. */
  hour: number;
  session: string;
  n: number;
  copies: number;
}

export interface RollupCheck {
  /** Buckets whose rollups were compared, on each shard. */
  hours: number;
  /** Rows and values of them that were compared. */
  rows: number;
  values: number;
  /** Buckets whose rollups could not be compared, and why. */
  passedOver: {
    /** They wait for their rollup. */
    dirty: number;
    /** Their events were dropped, as their retention says. */
    eventsGone: number;
    /** A restore shared them out among shards: their sums lie on the first, until they are rolled up again. */
    sharedOut: number;
    /** Compared but for who is new: an earlier bucket waits for its rollup and may hold somebody's first session. */
    newcomers: number;
  };
  /** Rows that differ; the first hundred are named. */
  differing: number;
  differences: RollupDifference[];
  /** Events of the buckets, and those of them that are there more than once; the first hundred are named. */
  events: number;
  doubled: number;
  doubles: DoubledEvent[];
  /** Events filed under another hour than their session's start. */
  eventsInWrongHour: number;
  /** Sessions that are in two hours at most a day apart, or of two users. */
  sessionsInTwoPlaces: number;
  /** Users with events on two shards of a cluster, who count twice. */
  usersOnTwoShards: number;
}

/** A slice of a check, and where the next begins. */
export interface RollupCheckSlice {
  check: RollupCheck;
  /** Buckets that the range still holds after these. */
  left: number;
  /** Start of the last bucket looked at, Unix ms: the next slice comes `after` it. */
  last: number;
}

/**
 * Computes the next day's worth of an app's rollups again from events and compares them with what is in force, on every
 * shard its own. Changes nothing. What moves while it looks is passed over.
 *
 * Aggregate states are compared by the value they come to: of distinct users their number, of durations the percentiles,
 * which t-digest gives within a few percent and in no fixed order; so they may differ by 5 %, and sums of fractions by
 * one millionth.
 *
 * @param range from ≤ hour < to and hour > after, Unix ms.
 */
export async function checkRollups(
  store: Store,
  app: string,
  { from, to, after = -1 }: { from: number; to: number; after?: number | undefined },
): Promise<RollupCheckSlice> {
  const asked = (await listBuckets(store, app, from, to)).filter(({ hour }) => hour * 1000 > after);
  const slice = asked.slice(0, BUCKETS_AT_ONCE);
  const hours = slice.map(({ hour }) => hour);
  const check = nothingChecked();
  if (hours.length > 0) {
    // Shards roll up for themselves and never under one id.
    const isSharedOut = ({ rollupIds }: Bucket) => new Set(rollupIds).size < rollupIds.length;
    const sharedOut = new Set(slice.filter(isSharedOut).map(({ hour }) => hour));
    for (const shard of await store.shards()) await checkShard(shard, app, { hours, sharedOut }, check);
    await checkEvents(store, app, hours, check);
  }
  return { check, left: asked.length - hours.length, last: (hours.at(-1) ?? 0) * 1000 };
}

/** The whole of several slices. */
export function sumChecks(checks: readonly RollupCheck[]): RollupCheck {
  const sum = nothingChecked();
  for (const { passedOver, differences, doubles, ...counts } of checks) {
    for (const [name, count] of Object.entries(counts)) sum[name as keyof typeof counts] += count;
    for (const [name, count] of Object.entries(passedOver)) sum.passedOver[name as keyof typeof passedOver] += count;
    sum.differences.push(...differences);
    sum.doubles.push(...doubles);
  }
  return sum;
}

const nothingChecked = (): RollupCheck => ({
  hours: 0,
  rows: 0,
  values: 0,
  passedOver: { dirty: 0, eventsGone: 0, sharedOut: 0, newcomers: 0 },
  differing: 0,
  differences: [],
  events: 0,
  doubled: 0,
  doubles: [],
  eventsInWrongHour: 0,
  sessionsInTwoPlaces: 0,
  usersOnTwoShards: 0,
});

async function checkShard(
  shard: Store,
  app: string,
  { hours, sharedOut }: { hours: readonly number[]; sharedOut: ReadonlySet<number> },
  check: RollupCheck,
): Promise<void> {
  const wanted = new Set(hours);
  const end = ((hours.at(-1) as number) + 1) * 1000;
  const read = async () => await listBuckets(shard, app, 0, end);
  const all = await read();
  const here = all.filter(({ hour }) => wanted.has(hour));
  const clean = here.filter((bucket) => !isDirty(bucket));
  const firstWithEvents = await eventsWholeFrom(shard, app, all[0]?.hour);
  const withEvents = clean.filter(({ hour }) => hour >= firstWithEvents);
  const whole = withEvents.filter(({ hour }) => !sharedOut.has(hour));
  check.passedOver.dirty += here.length - clean.length;
  check.passedOver.eventsGone += clean.length - withEvents.length;
  check.passedOver.sharedOut += withEvents.length - whole.length;
  if (whole.length === 0) return;

  const firstDirty = all.find(isDirty)?.hour ?? Infinity;
  const settled = whole.filter(({ hour }) => hour < firstDirty);
  check.passedOver.newcomers += whole.length - settled.length;
  check.hours += whole.length;
  const found: RollupDifference[] = [];
  for (const [name, source] of Object.entries<Source>(SOURCES) as [SourceName, Source][]) {
    const compared = await compareSource(shard, app, { name, source }, name.startsWith('newcomer') ? settled : whole);
    check.rows += compared.rows;
    check.values += compared.values;
    check.differing += compared.differing;
    found.push(...compared.differences);
  }
  if (found.length === 0) return;
  // Events that came meanwhile, and a rollup that was replaced, look like differences and are none.
  const before = new Map(whole.map((bucket) => [bucket.hour, stateOf(bucket)]));
  const moved = new Set((await read()).filter((bucket) => before.get(bucket.hour) !== stateOf(bucket)).map(startOf));
  const real = found.filter(({ hour }) => !moved.has(hour));
  check.differing -= rowsOf(found) - rowsOf(real);
  check.differences.push(...real);
}

const rowsOf = (differences: readonly RollupDifference[]) =>
  new Set(differences.map(({ hour, source, key }) => JSON.stringify([hour, source, key]))).size;
const startOf = (bucket: Bucket) => bucket.hour * 1000;
const stateOf = ({ loads, covers, rollupIds }: Bucket) => `${loads} ${covers} ${rollupIds}`;

/**
 * First hour whose events are all there, Unix seconds. Where buckets are older than the oldest event, older events were
 * dropped, and sessions that began among them may reach a day further.
 */
async function eventsWholeFrom(shard: Store, app: string, firstBucket: number | undefined): Promise<number> {
  const [oldest] = await selectRows<{ hour: number | string }>(
    shard,
    'SELECT toUnixTimestamp(session_hour) AS hour FROM events WHERE app = {app:String} ORDER BY app, session_hour LIMIT 1',
    { app },
  );
  if (oldest === undefined) return Infinity;
  const hour = Number(oldest.hour);
  return firstBucket !== undefined && firstBucket < hour ? hour + NEIGHBOURHOOD_S : hour;
}

interface Column {
  name: string;
  type: string;
}

/** What rows of every source's table have. */
const OF_EVERY_ROW = ['app', 'hour', 'rollup_id'];

/** The table's own columns of a source: those that say which row it is, and those that hold its values. */
async function columnsOf(shard: Store, source: Source): Promise<{ keys: Column[]; values: Column[] }> {
  const columns = await selectRows<Column & { isSorted: number }>(
    shard,
    `SELECT name, type, is_in_sorting_key AS isSorted FROM system.columns
    WHERE database = currentDatabase() AND table = {table:String}`,
    { table: source.table },
  );
  // Of newcomers there is a row for every user.
  const isKey = ({ name, isSorted }: (typeof columns)[number]) =>
    isSorted === 1 || name === 'user_id' || source.by.some((column) => column === name);
  const own = columns.filter(({ name }) => !OF_EVERY_ROW.includes(name));
  return { keys: own.filter(isKey), values: own.filter((column) => !isKey(column)) };
}

/** Lays the rows in force and those of the events over each other, and gives those that do not match. */
async function compareSource(
  shard: Store,
  app: string,
  { name, source }: { name: SourceName; source: Source },
  buckets: readonly Bucket[],
): Promise<Pick<RollupCheck, 'rows' | 'values' | 'differing' | 'differences'>> {
  if (buckets.length === 0) return { rows: 0, values: 0, differing: 0, differences: [] };
  const { keys, values } = await columnsOf(shard, source);
  const list = (columns: readonly Column[], sql: (column: Column, index: number) => string) =>
    columns.map((column, index) => `, ${sql(column, index)}`).join('');
  const texts = (columns: readonly Column[], sql: (index: number) => string) =>
    `array(${['', ...columns].map((_, index) => (index === 0 ? "''" : `ifNull(toString(${sql(index - 1)}), 'NULL')`)).join(', ')})`;
  const flags = values.map((column, index) => `(${differs(column, `r_${index}`, `e_${index}`)})`);

  const query = `
SELECT count() AS rows, countIf(is_different) AS differing,
  groupArrayIf(${NAMED_AT_MOST})((toUnixTimestamp(hour), in_rollup, in_events, key_texts, rollup_texts, event_texts, flags), is_different) AS differences
FROM (
  SELECT hour${list(keys, (_, index) => `k_${index}`)},
    countIf(side = 'rollup') AS in_rollup, countIf(side = 'events') AS in_events
    ${list(values, (_, index) => `anyIf(v_${index}, side = 'rollup') AS r_${index}, anyIf(v_${index}, side = 'events') AS e_${index}`)},
    array(0${flags.map((flag) => `, toUInt8(ifNull(${flag}, 0))`).join('')}) AS flags,
    in_rollup != in_events OR arrayExists(flag -> flag = 1, flags) AS is_different,
    ${texts(keys, (index) => `k_${index}`)} AS key_texts,
    ${texts(values, (index) => `r_${index}`)} AS rollup_texts,
    ${texts(values, (index) => `e_${index}`)} AS event_texts
  FROM (
    SELECT 'rollup' AS side, hour${list(keys, (column, index) => `${column.name} AS k_${index}`)}
      ${list(values, (column, index) => `${settled(column, column.name)} AS v_${index}`)}
    FROM ${source.table}
    WHERE app = {app:String} AND ${inHours('hour')} AND rollup_id IN {rollupIds:Array(UInt64)}
    UNION ALL
    SELECT 'events' AS side, hour${list(keys, (column, index) => `CAST(${column.name}, '${quoted(column.type)}') AS k_${index}`)}
      ${list(values, (column, index) => `${settled(column, `${column.name}`, true)} AS v_${index}`)}
    FROM (${source.fromEvents(inHours)})
  )
  GROUP BY hour${list(keys, (_, index) => `k_${index}`)}
)`;
  type Found = [number, number, number, string[], string[], string[], number[]];
  const [row] = await selectRows<{ rows: number; differing: number; differences: Found[] }>(shard, query, {
    app,
    hours: buckets.map(({ hour }) => hour),
    rollupIds: buckets.flatMap(({ rollupIds }) => rollupIds),
  });
  const rows = Number(row?.rows ?? 0);
  const differences = (row?.differences ?? []).flatMap(
    ([hour, inRollup, inEvents, keyTexts, rollupTexts, eventTexts, differing]): RollupDifference[] => {
      const where = {
        hour: Number(hour) * 1000,
        source: name,
        key: Object.fromEntries(keys.map((column, index) => [column.name, keyTexts[index + 1] as string])),
      };
      if (Number(inRollup) !== Number(inEvents))
        return [{ ...where, column: 'rows', rollup: String(inRollup), events: String(inEvents) }];
      return values.flatMap((column, index) =>
        differing[index + 1]
          ? [
              {
                ...where,
                column: column.name,
                rollup: rollupTexts[index + 1] as string,
                events: eventTexts[index + 1] as string,
              },
            ]
          : [],
      );
    },
  );
  return { rows, values: rows * values.length, differing: Number(row?.differing ?? 0), differences };
}

/** Inside a string of the statement. Types are the engine's own words, with quotes in them. */
const quoted = (type: string) => type.replaceAll("'", "\\'");

const stateName = ({ type }: Column) => /^AggregateFunction\((\w+)/.exec(type)?.[1];

/** The value as it can be compared: of a state what it comes to, of a set its members in order. */
function settled(column: Column, sql: string, isComputed = false): string {
  const state = stateName(column);
  if (state === undefined) return isComputed ? `CAST(${sql}, '${quoted(column.type)}')` : sql;
  return /^group.*Array/.test(state) ? `arraySort(finalizeAggregation(${sql}))` : `finalizeAggregation(${sql})`;
}

/** Whether two values are further apart than two ways of adding up the same may be. */
function differs(column: Column, a: string, b: string): string {
  const state = stateName(column) ?? '';
  const apart = (x: string, y: string, share: number, least: number) =>
    `(isFinite(${x}) != isFinite(${y}) OR (isFinite(${x}) AND abs(${x} - ${y}) > greatest(${least}, ${share} * greatest(abs(${x}), abs(${y})))))`;
  if (/^quantiles/.test(state))
    return `length(${a}) != length(${b}) OR arrayExists((x, y) -> ${apart('x', 'y', 0.05, 1)}, ${a}, ${b})`;
  if (/^(quantile|median)/.test(state)) return apart(a, b, 0.05, 1);
  if (
    /^(Nullable\()?Float/.test(column.type) ||
    /^(avg|stddev|var)/.test(state) ||
    /^AggregateFunction\(sum\w*, .*Float/.test(column.type)
  )
    return `isNull(${a}) != isNull(${b}) OR ${apart(a, b, 1e-6, 1e-9)}`;
  return `ifNull(toString(${a}), 'NULL') != ifNull(toString(${b}), 'NULL')`;
}

/** Looks for events that are stored twice or lie where they should not, in the buckets' sessions of all shards. */
async function checkEvents(store: Store, app: string, hours: readonly number[], check: RollupCheck): Promise<void> {
  const [first = 0, last = 0] = [hours[0], hours.at(-1)];
  const inSlice = "session_hour IN (SELECT arrayJoin(arrayMap(s -> toDateTime(s, 'UTC'), {hours:Array(UInt32)})))";
  const params = { app, hours, from: first - NEIGHBOURHOOD_S, to: last + NEIGHBOURHOOD_S };

  const [counted] = await selectRows<Record<'events' | 'wrong' | 'doubled', number | string> & { doubles: Double[] }>(
    store,
    `SELECT sum(copies) AS events, sum(wrong) AS wrong, countIf(copies > 1) AS doubled,
      groupArrayIf(${NAMED_AT_MOST})((toUnixTimestamp(hour), session_id, n, copies), copies > 1) AS doubles
    FROM (
      SELECT min(hour) AS hour, session_id, n, sum(copies) AS copies, sum(wrong) AS wrong
      FROM ${store.everywhere(`SELECT session_hour AS hour, session_id, n, count() AS copies,
          countIf(session_hour != toStartOfHour(session_at, 'UTC')) AS wrong
        FROM events WHERE app = {app:String} AND ${inSlice} GROUP BY hour, session_id, n`)}
      GROUP BY session_id, n
    )`,
    params,
  );
  // A session is counted with the first of its hours.
  const [strayed] = await selectRows<{ sessions: number | string }>(
    store,
    `SELECT count() AS sessions FROM (
      SELECT session_id, min(first_hour) AS hour, max(last_hour) AS last_hour, uniqExactMerge(users) AS users
      FROM ${store.everywhere(`SELECT session_id, min(session_hour) AS first_hour, max(session_hour) AS last_hour,
          uniqExactState(user_id) AS users
        FROM events
        WHERE app = {app:String} AND session_hour >= toDateTime({from:Int64}, 'UTC') AND session_hour <= toDateTime({to:Int64}, 'UTC')
        GROUP BY session_id`)}
      GROUP BY session_id
      HAVING (hour != last_hour OR users > 1) AND toUnixTimestamp(hour) IN {hours:Array(UInt32)}
    )`,
    params,
  );
  check.events += Number(counted?.events ?? 0);
  check.eventsInWrongHour += Number(counted?.wrong ?? 0);
  check.doubled += Number(counted?.doubled ?? 0);
  check.doubles.push(
    ...(counted?.doubles ?? []).map(([hour, session, n, copies]) => ({
      hour: Number(hour) * 1000,
      session,
      n: Number(n),
      copies: Number(copies),
    })),
  );
  check.sessionsInTwoPlaces += Number(strayed?.sessions ?? 0);
  if (store.cluster === undefined) return;
  const [split] = await selectRows<{ users: number | string }>(
    store,
    `SELECT count() AS users FROM (
      SELECT user_id FROM ${store.everywhere(`SELECT DISTINCT user_id FROM events WHERE app = {app:String} AND ${inSlice}`)}
      GROUP BY user_id HAVING count() > 1
    )`,
    params,
  );
  check.usersOnTwoShards += Number(split?.users ?? 0);
}

type Double = [hour: number, session: string, n: number, copies: number | string];
