import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { emptyTables, isEmpty, restorePiece } from '@minilens/store/backup';
import { connectStore, type Store, type StoreLocation } from '@minilens/store/connect';
import { migrate, NEWEST_SCHEMA } from '@minilens/store/migrate';
import { refuseNewerAccounts } from '../db/connect.js';
import { type Settings, storeLocation } from '../settings.js';
import { checkFile, type Manifest, readManifest } from './manifest.js';

/** In a data directory whose restore has begun and is not over. */
const MARKER = 'restoring.json';

/** What a restore writes there. */
const PARTS = ['events', 'spool', 'accounts.sqlite', 'accounts.sqlite-wal', 'accounts.sqlite-shm'];

/** @throws a sentence when a restore into the data directory was interrupted: what is in it is not whole. */
export function refuseHalfRestored(dataDirectory: string): void {
  if (existsSync(join(dataDirectory, MARKER)))
    throw new Error(
      `A restore into ${dataDirectory} was interrupted. Run minilens restore again; it starts from the beginning.`,
    );
}

/**
 * Brings a backup into an empty data directory and an empty store: whole, or not at all. Everything of the backup is
 * checked before anything is written. Interrupted, it is run again.
 *
 * @throws a sentence when the backup is unfinished, damaged or newer than this program, or the target is not empty.
 */
export async function restore(
  settings: Settings,
  directory: string,
  onProgress: (step: 'checking' | 'restoring', file: number, ofFiles: number) => void,
): Promise<Manifest> {
  const manifest = readManifest(directory);
  const location = storeLocation(settings);
  const isEmbedded = 'path' in location;
  const marker = join(settings.data, MARKER);
  const wasInterrupted = isInterrupted(marker, manifest);
  if (!wasInterrupted) refuseFilled(settings.data);
  if (manifest.schema > NEWEST_SCHEMA)
    throw new Error(
      `The backup was made by version ${manifest.minilens} with schema ${manifest.schema}; this version knows up to ${NEWEST_SCHEMA}. Use a newer one.`,
    );
  for (const [index, file] of manifest.files.entries()) {
    await checkFile(directory, file);
    onProgress('checking', index + 1, manifest.files.length);
  }
  const copied = manifest.files.filter(({ piece }) => piece === undefined).map(({ path }) => path);
  if (copied.includes('accounts.sqlite')) refuseNewerAccounts(join(directory, 'accounts.sqlite'));

  // What a server elsewhere holds may be emptied again only if it was seen empty before the marker was written.
  if (!isEmbedded && !wasInterrupted) await refuseOtherStore(location, manifest);
  if (isEmbedded && manifest.shards !== 1)
    throw new Error(`The backup is of ${manifest.shards} shards: restore it into a cluster of as many.`);
  mkdirSync(settings.data, { recursive: true });
  chmodSync(settings.data, 0o700);
  if (!wasInterrupted) writeFileSync(marker, JSON.stringify({ madeAt: manifest.madeAt }), { flush: true, mode: 0o600 });
  for (const part of PARTS) rmSync(join(settings.data, part), { recursive: true, force: true });
  const store = connectStore(location);
  try {
    await migrate(store, { upTo: manifest.schema });
    if (wasInterrupted) await emptyTables(store);
    const shards = await store.shards();
    for (const [index, { path, piece }] of manifest.files.entries()) {
      if (piece !== undefined)
        await restorePiece(shards[piece.shard - 1] as Store, piece, join(directory, path), { isEmbedded });
      onProgress('restoring', index + 1, manifest.files.length);
    }
  } finally {
    await store.close();
  }
  mkdirSync(join(settings.data, 'spool'), { recursive: true, mode: 0o700 });
  for (const path of copied) {
    copyFileSync(join(directory, path), join(settings.data, path));
    sync(join(settings.data, path));
  }
  rmSync(marker);
  return manifest;
}

/** @throws a sentence when the store holds anything, or has another number of shards. */
async function refuseOtherStore(location: StoreLocation, { shards }: Manifest): Promise<void> {
  const store = connectStore(location);
  try {
    const { length } = await store.shards();
    if (length !== shards)
      throw new Error(`The backup is of ${shards} shards and the store has ${length}. Restore into one of as many.`);
    if (!(await isEmpty(store))) throw new Error('The event store holds data already. Restore into an empty one.');
  } finally {
    await store.close();
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
}

/** @throws when another backup's restore was interrupted there: whoever wants it has to say so by removing the directory. */
function isInterrupted(marker: string, { madeAt }: Manifest): boolean {
  if (!existsSync(marker)) return false;
  const text = readFileSync(marker, 'utf8');
  // Killed while it wrote the marker itself, it had written nothing else.
  if (!text.endsWith('}')) return false;
  const begun = JSON.parse(text) as { madeAt: string };
  if (begun.madeAt !== madeAt)
    throw new Error(
      `The restore of another backup, made at ${begun.madeAt}, was interrupted there. Finish it, or start with an empty directory.`,
    );
  return true;
}

function refuseFilled(dataDirectory: string): void {
  if (!existsSync(dataDirectory)) return;
  const filled = readdirSync(dataDirectory).filter((name) => PARTS.includes(name));
  if (filled.length > 0)
    throw new Error(`${dataDirectory} holds data already (${filled.join(', ')}). Restore into an empty directory.`);
}
