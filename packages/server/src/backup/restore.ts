import {
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
import { emptyTables, prepareForRestore, restorePiece } from '@minilens/store/backup';
import { connectStore, type Store } from '@minilens/store/connect';
import { NEWEST_SCHEMA } from '@minilens/store/migrate';
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

  // From here on something is written, and the marker says so until it is whole.
  mkdirSync(join(settings.data, 'spool'), { recursive: true, mode: 0o700 });
  writeFileSync(marker, JSON.stringify({ madeAt: manifest.madeAt }), { flush: true, mode: 0o600 });
  const clear = () => {
    for (const part of PARTS) rmSync(join(settings.data, part), { recursive: true, force: true });
  };
  if (wasInterrupted) clear();
  const store = connectStore(location);
  try {
    if (wasInterrupted && !isEmbedded) await emptyTables(store);
    const shards = await store.shards();
    if (shards.length !== manifest.shards)
      throw new TargetRefused(
        `The backup is of ${manifest.shards} shards and the store has ${shards.length}. Restore into one of as many.`,
      );
    if (!(await prepareForRestore(store, manifest.schema)))
      throw new TargetRefused('The event store holds data already. Restore into an empty one.');
    for (const [index, { path, piece }] of manifest.files.entries()) {
      if (piece !== undefined)
        await restorePiece(shards[piece.shard - 1] as Store, piece, join(directory, path), { isEmbedded });
      onProgress('restoring', index + 1, manifest.files.length);
    }
  } catch (error) {
    // Nothing was written yet, so nothing has to be begun again.
    if (error instanceof TargetRefused) {
      clear();
      rmSync(marker);
    }
    throw error;
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

class TargetRefused extends Error {}

function sync(path: string): void {
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
}

/** @throws when another backup's restore was interrupted there: whoever wants it has to say so by removing the directory. */
function isInterrupted(marker: string, { madeAt }: Manifest): boolean {
  if (!existsSync(marker)) return false;
  const begun = JSON.parse(readFileSync(marker, 'utf8')) as { madeAt: string };
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
