import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { inOrder, isEmpty, restorePiece } from '@minilens/store/backup';
import { connectStore, type Store } from '@minilens/store/connect';
import { dropSchema, migrate, NEWEST_SCHEMA, schemaVersions } from '@minilens/store/migrate';
import { refuseOtherDatabases } from '@minilens/store/refuse-other-databases';
import { isRestoring, markRestored, markRestoring } from '@minilens/store/restoring';
import { spreadPiece } from '@minilens/store/spread-piece';
import { isStoreAway } from '@minilens/store/store-away';
import { openSpool } from '../collect/spool.js';
import { connectDb, connectPostgres, type Db, refuseNewerAccounts } from '../db/connect.js';
import { createDatabaseLocks } from '../db/locks.js';
import { holdDirectory } from '../hold-directory.js';
import { isRefusal } from '../http/refusal.js';
import { type Settings, storeLocation } from '../settings.js';
import { checkFile, isPattern, type Manifest, readManifest } from './manifest.js';
import { moveAccounts, refuseFilledAccounts } from './move-accounts.js';

/** In a data directory whose restore has begun and is not over. */
const MARKER = 'restoring.json';

/** What a restore writes there. */
const ACCOUNTS = 'accounts.sqlite';
const ACCOUNTS_FILES = [ACCOUNTS, `${ACCOUNTS}-wal`, `${ACCOUNTS}-shm`];
const PARTS = ['events', 'spool', ...ACCOUNTS_FILES];

/** What the marker says. */
interface Begun {
  /** When the backup was made that is restored. */
  madeAt: string;
  /** Everything is there, and the event store only to be given free. */
  isFilled: boolean;
}

/** How long a server may be at work on one statement: a month is one, and what it needs to know of users is read before. Unit: ms. */
const PATIENCE_MS = 6 * 3_600_000;

/** How long somebody else may be at work on rollups before a restore gives up. Unit: ms. */
const TURN_WAIT_MS = 10_000;

type OnProgress = (step: 'checking' | 'restoring', file: number, ofFiles: number) => void;

/** @throws a sentence when a restore into the data directory was interrupted: what is in it is not whole. */
export function refuseHalfRestored(dataDirectory: string): void {
  if (existsSync(join(dataDirectory, MARKER)))
    throw new Error(
      `A restore into ${dataDirectory} was interrupted. Run minilens restore again; it starts from the beginning.`,
    );
}

/**
 * Brings a backup into an empty data directory, and into an empty event store and accounts database where these are
 * elsewhere: whole, or not at all. Everything of the backup is checked before anything is written. Interrupted, it is run
 * again.
 *
 * @throws a sentence when the backup is unfinished, damaged or newer than this program, or the target is not empty.
 */
export async function restore(settings: Settings, directory: string, onProgress: OnProgress): Promise<Manifest> {
  const manifest = readManifest(directory);
  const location = storeLocation(settings);
  const { data, databaseUrl } = settings;
  begunIn(data, manifest);
  if (manifest.schema > NEWEST_SCHEMA)
    throw new Error(
      `The backup was made by version ${manifest.minilens} with schema ${manifest.schema}; this version knows up to ${NEWEST_SCHEMA}. Use a newer one.`,
    );
  const hasAccounts = copiedOf(manifest).includes(ACCOUNTS);
  if (!hasAccounts && databaseUrl === undefined)
    throw new Error(
      'The accounts that belong to this backup are in PostgreSQL and not in it. Set MINILENS_DATABASE_URL to a database that has them.',
    );
  if ('path' in location) {
    refuseOtherShards(manifest, 1);
    if (isPattern(directory))
      throw new Error(`${directory} has one of * ? { } [ ] in it. Move the backup, and restore it from there.`);
  }
  for (const [index, file] of manifest.files.entries()) {
    await checkFile(directory, file);
    onProgress('checking', index + 1, manifest.files.length);
  }
  if (hasAccounts) refuseNewerAccounts(join(directory, ACCOUNTS));

  const leaveDirectory = holdDirectory(data);
  try {
    await bringIn(settings, directory, manifest, onProgress);
  } catch (error) {
    if (!isStoreAway(error)) throw error;
    throw new Error(
      `The event store of MINILENS_CLICKHOUSE_URL does not answer: ${(error as Error).message}. See that every node of it runs, and run minilens restore again.`,
      { cause: error },
    );
  } finally {
    leaveDirectory();
  }
  return manifest;
}

/** Brings a backup that was checked into a directory that is held. */
async function bringIn(
  settings: Settings,
  directory: string,
  manifest: Manifest,
  onProgress: OnProgress,
): Promise<void> {
  const location = storeLocation(settings);
  const { data, databaseUrl } = settings;
  const marker = join(data, MARKER);
  // Asked once more, now that nobody else can write there.
  const begun = begunIn(data, manifest);
  const copied = copiedOf(manifest);
  const servers = 'path' in location ? undefined : connectStore(location, undefined, { patienceMs: PATIENCE_MS });
  const db = copied.includes(ACCOUNTS) && databaseUrl !== undefined ? await connectPostgres(databaseUrl) : undefined;
  const fill = async () => {
    // Killed before it marked the store, it had written nothing there, and somebody else may have since.
    const isOwn = begun !== undefined && (servers === undefined || (await isRestoring(servers)));
    if (!isOwn) {
      if (servers !== undefined) await refuseOtherStore(servers, manifest);
      if (db !== undefined) await refuseFilledAccounts(db);
    }
    // What is elsewhere may be taken away again only if it was seen empty before this was written.
    writeMarker(marker, { madeAt: manifest.madeAt, isFilled: false });
    if (servers !== undefined) await markRestoring(servers);
    for (const part of PARTS) rmSync(join(data, part), { recursive: true, force: true });

    const fillWith = (store: Store) =>
      fillStore(store, directory, manifest, { isEmbedded: servers === undefined, onProgress });
    if (servers !== undefined) await fillWith(servers);
    else await whileOpen(connectStore(location), fillWith);
    mkdirSync(join(data, 'spool'), { recursive: true, mode: 0o700 });
    for (const path of copied) {
      copyFileSync(join(directory, path), join(data, path));
      sync(join(data, path));
    }
    if (db !== undefined) await moveAccountsOf(settings, db);
    writeMarker(marker, { madeAt: manifest.madeAt, isFilled: true });
  };
  try {
    if (!begun?.isFilled)
      await (servers !== undefined && db !== undefined ? whileNoneRollsUp(databaseUrl as string, fill) : fill());
    if (servers !== undefined) await markRestored(servers);
  } finally {
    await servers?.close();
    await db?.destroy();
  }
  rmSync(marker);
}

/** Files of a backup that are copied as they are. */
const copiedOf = ({ files }: Manifest) => files.filter(({ piece }) => piece === undefined).map(({ path }) => path);

/** A server that was there before would roll hours up that have half of their events. */
async function whileNoneRollsUp(databaseUrl: string, work: () => Promise<void>): Promise<void> {
  try {
    await createDatabaseLocks(databaseUrl).hold('rollups', { waitMs: TURN_WAIT_MS }, work);
  } catch (error) {
    if (!isRefusal(error, 'BUSY')) throw error;
    throw new Error(
      'Another process is at work on the event store and the accounts database of these settings: a server, or another restore. Stop it, and run minilens restore again.',
      { cause: error },
    );
  }
}

async function fillStore(
  store: Store,
  directory: string,
  { schema, shards, files }: Manifest,
  { isEmbedded, onProgress }: { isEmbedded: boolean; onProgress: OnProgress },
): Promise<void> {
  // Of a try that was killed, or of a server that was started on the empty store, perhaps a newer one.
  if ((await schemaVersions(store)).some((version) => version > 0)) await dropSchema(store);
  await migrate(store, { upTo: schema, toRestore: true });
  const targets = await store.shards();
  for (const [index, { path, piece }] of inOrder(files, (file) => file.piece?.table).entries()) {
    const whole = join(directory, path);
    if (piece !== undefined && targets.length > shards) await spreadPiece(store, piece, whole);
    else if (piece !== undefined) await restorePiece(targets[piece.shard - 1] as Store, piece, whole, { isEmbedded });
    onProgress('restoring', index + 1, files.length);
  }
}

async function whileOpen(store: Store, use: (store: Store) => Promise<void>): Promise<void> {
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

/** The accounts that were just copied into the data directory go where the settings want them, and are not there twice. */
async function moveAccountsOf({ data, spoolMaxBytes }: Settings, db: Db): Promise<void> {
  const from = await connectDb(data);
  const spool = openSpool(join(data, 'spool'), { maxBytes: spoolMaxBytes });
  try {
    await moveAccounts(from, db, spool);
  } finally {
    await spool.close();
    await from.destroy();
  }
  for (const file of ACCOUNTS_FILES) rmSync(join(data, file), { force: true });
}

/** @throws a sentence when the store holds anything, or has another number of shards. */
async function refuseOtherStore(store: Store, manifest: Manifest): Promise<void> {
  await refuseOtherDatabases(store);
  refuseOtherShards(manifest, (await store.shards()).length);
  if (await isRestoring(store))
    throw new Error(
      'Another restore into this event store is under way or was interrupted. Run that one again where it was begun, or drop all tables.',
    );
  if (!(await isEmpty(store))) throw new Error('The event store holds data already. Restore into an empty one.');
}

/** One engine's backup is shared out among any number of shards. */
function refuseOtherShards({ shards }: Manifest, ofStore: number): void {
  if (shards !== 1 && shards !== ofStore)
    throw new Error(
      `The backup is of ${shards} shards and the store has ${ofStore}. Restore it into a cluster of ${shards}; what events are kept moves into any store with minilens export --format envelopes and minilens import.`,
    );
}

function sync(path: string): void {
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
}

/** What an interrupted restore of this backup left there. @throws when the directory holds anything else. */
function begunIn(data: string, manifest: Manifest): Begun | undefined {
  const begun = readMarker(join(data, MARKER), manifest);
  if (begun === undefined) refuseFilled(data);
  return begun;
}

/** @throws when another backup's restore was interrupted there: whoever wants it has to say so by removing the directory. */
function readMarker(marker: string, { madeAt }: Manifest): Begun | undefined {
  if (!existsSync(marker)) return undefined;
  const begun = JSON.parse(readFileSync(marker, 'utf8')) as Begun;
  if (begun.madeAt !== madeAt)
    throw new Error(
      `The restore of another backup, made at ${begun.madeAt}, was interrupted there. Finish it, or start with an empty directory.`,
    );
  return begun;
}

/** Under its name only when it is whole. */
function writeMarker(marker: string, begun: Begun): void {
  writeFileSync(`${marker}.part`, JSON.stringify(begun), { flush: true, mode: 0o600 });
  renameSync(`${marker}.part`, marker);
}

function refuseFilled(dataDirectory: string): void {
  if (!existsSync(dataDirectory)) return;
  const filled = readdirSync(dataDirectory).filter((name) => PARTS.includes(name));
  if (filled.length > 0)
    throw new Error(`${dataDirectory} holds data already (${filled.join(', ')}). Restore into an empty directory.`);
}
