import { execute, type Store, selectRows } from './connect.js';
import { MAIN_ROAD } from './migrations/0001-main-road.js';
import { EVERY_SIGNAL } from './migrations/0002-every-signal.js';
import { ROLLUPS_AND_LOSS } from './migrations/0003-rollups-and-loss.js';
import { PERIODS } from './migrations/0004-periods.js';
import { FASTER_ANSWERS } from './migrations/0005-faster-answers.js';
import { ANALYSIS } from './migrations/0006-analysis.js';
import { DELIVERIES } from './migrations/0007-deliveries.js';
import { FIND_SESSIONS } from './migrations/0008-find-sessions.js';
import { ERROR_RECORDS } from './migrations/0009-error-records.js';
import { WHAT_WAITS } from './migrations/0010-what-waits.js';
import { refuseOtherDatabases } from './refuse-other-databases.js';
import { isRestoring } from './restoring.js';
import { shardKey } from './shard-of-user.js';
import { StoreRestoring } from './store-away.js';

/** Forward only, in order. A released migration is never edited: what it got wrong, the next one mends. */
const MIGRATIONS: readonly { version: number; statements: readonly string[] }[] = [
  { version: 1, statements: MAIN_ROAD },
  { version: 2, statements: EVERY_SIGNAL },
  { version: 3, statements: ROLLUPS_AND_LOSS },
  { version: 4, statements: PERIODS },
  { version: 5, statements: FASTER_ANSWERS },
  { version: 6, statements: ANALYSIS },
  { version: 7, statements: DELIVERIES },
  { version: 8, statements: FIND_SESSIONS },
  { version: 9, statements: ERROR_RECORDS },
  { version: 10, statements: WHAT_WAITS },
];

/**
 * Brings every node of the store to the newest schema. Safe to run again after a kill in the middle: a statement that
 * already took effect is passed over, or changes nothing.
 *
 * @param upTo the last version to apply, where a store of an older one is wanted.
 * @param toRestore for who fills the store: for all others it is not there while that is going on.
 * @throws when a node of a cluster does not answer: a node that missed a migration would refuse what the others take.
 */
export async function migrate(store: Store, { upTo = Infinity, toRestore = false } = {}): Promise<void> {
  await refuseOtherDatabases(store);
  if (!toRestore && (await isRestoring(store))) throw new StoreRestoring();
  for (const node of store.nodes) {
    await migrateNode(node, upTo);
    if (store.cluster !== undefined) await execute(node, spreadIntake(store.cluster));
  }
}

/** Everything that migrations make: nothing else in the database is theirs to take away. */
const MADE = MIGRATIONS.flatMap(({ statements }) =>
  statements.flatMap((statement) => /^CREATE (?:TABLE|MATERIALIZED VIEW) (\w+)/.exec(statement)?.[1] ?? []),
);

/**
 * Takes all tables away, for `migrate` to make them anew. Where they may have been filled a moment ago, emptying would not
 * do: a server may still be at work on a statement whose sender is gone, and its rows go into a table that nobody sees.
 */
export async function dropSchema(store: Store): Promise<void> {
  for (const node of store.nodes)
    for (const name of ['intake_all', ...[...MADE].reverse(), 'migrations'])
      await execute(node, `DROP TABLE IF EXISTS ${name} SYNC`);
}

/** The newest schema this program knows. */
export const NEWEST_SCHEMA = Math.max(...MIGRATIONS.map(({ version }) => version));

/** The schema each node has, in the order of the nodes; 0 where there is none yet. @throws when one does not answer. */
export async function schemaVersions(store: Store): Promise<number[]> {
  return Promise.all(
    store.nodes.map(async (node) => {
      const made = await selectRows(
        node,
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND name = 'migrations'",
      );
      if (made.length === 0) return 0;
      const [row] = await selectRows<{ version: number | string }>(
        node,
        'SELECT max(version) AS version FROM migrations',
      );
      return Number(row?.version ?? 0);
    }),
  );
}

async function migrateNode(node: Store, upTo: number): Promise<void> {
  const replicated = await offersReplication(node);
  const run = (statement: string) => execute(node, replicated ? asReplicated(statement) : statement);
  await run(
    'CREATE TABLE IF NOT EXISTS migrations (version UInt32, applied_at DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY version',
  );
  const applied = await selectRows<{ version: number }>(node, 'SELECT version FROM migrations');
  const done = new Set(applied.map((row) => Number(row.version)));
  const newest = Math.max(0, ...done);
  if (newest > NEWEST_SCHEMA)
    throw new Error(
      `The event store was written by a newer version of Minilens: its schema is ${newest}, and this one knows up to ${NEWEST_SCHEMA}. Run that version, or restore a backup made before.`,
    );
  const due = MIGRATIONS.filter(({ version }) => !done.has(version) && version <= upTo);
  // It has the columns that `intake` had when it was made, so it is made anew after the last migration.
  if (due.length > 0) await run('DROP TABLE IF EXISTS intake_all');
  for (const { version, statements } of due) {
    for (const statement of statements) await run(createIfMissing(statement));
    await execute(node, 'INSERT INTO migrations (version) SELECT {version:UInt32}', { version });
  }
}

const createIfMissing = (statement: string) =>
  statement.replace(/^CREATE (TABLE|MATERIALIZED VIEW) /, 'CREATE $1 IF NOT EXISTS ');

/** Whether the server was told which replica of which shard it is, as one that has a Keeper is. */
async function offersReplication(node: Store): Promise<boolean> {
  const rows = await selectRows(node, "SELECT macro FROM system.macros WHERE macro IN ('shard', 'replica')");
  return rows.length === 2;
}

/** The same table, kept equal on all replicas of its shard. What each node did to its own tables it remembers itself. */
export const asReplicated = (statement: string): string =>
  /\bmigrations\b/.test(statement)
    ? statement
    : statement.replace(
        /ENGINE = (\w*)MergeTree\b/,
        "ENGINE = Replicated$1MergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')",
      );

/** Where a block comes in and is shared out: by user, so that no user is on two shards. */
const spreadIntake = (cluster: string) =>
  `CREATE TABLE IF NOT EXISTS intake_all AS intake
  ENGINE = Distributed('${cluster}', currentDatabase(), intake, ${shardKey("tupleElement(session, 'user')")})`;
