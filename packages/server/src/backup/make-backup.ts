import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { cloneTables } from '@minilens/store/backup';
import type { Store } from '@minilens/store/connect';
import { NEWEST_SCHEMA } from '@minilens/store/migrate';
import { KEY_FILE } from '../admin/secret-key.js';
import type { Loader } from '../collect/loader.js';
import type { Spool } from '../collect/spool.js';
import { Refusal } from '../http/refusal.js';
import type { RollupJobs } from '../jobs/rollup-job.js';
import { VERSION } from '../version.js';
import { BACKUP_FORMAT, type BackupFile, isPattern, type Manifest, manifestPath, sha256Of } from './manifest.js';

export interface BackupDeps {
  /** A connection of its own: writing a large month takes a while. */
  openStore: () => Store;
  isEmbedded: boolean;
  dataDirectory: string;
  spool: Spool;
  /** Copies the accounts database into a new file; undefined where it is a server that its owner backs up. */
  copyAccounts: ((path: string) => Promise<void>) | undefined;
  loader: Loader;
  rollupJobs: RollupJobs;
  now: () => number;
}

/** How far a backup is. */
export interface BackupProgress {
  rows: number;
  ofRows: number;
  files: number;
  ofFiles: number;
}

export interface BackupResult {
  directory: string;
  files: number;
  bytes: number;
  /** How long the store stood still for it. Unit: ms. */
  pauseMs: number;
}

/** Copies everything into a new directory while events are taken. */
export type MakeBackup = (directory: string, onProgress: (progress: BackupProgress) => void) => Promise<BackupResult>;

/** Copies of tables carry the name of their spool, so that no collector takes away another's. */
export const clonePrefix = (spool: Spool) => `backup_${spool.id}_`;

/**
 * One moment for all of it: while no block is on its way and nothing is rolled up, the tables are cloned by hard links and
 * spool and accounts are copied. Devices are acknowledged all the while, and what they bring waits in the spool. So every
 * event acknowledged by then is in the backup once: in the tables, or in the spool that would have brought it there.
 */
export function createBackup(deps: BackupDeps): MakeBackup {
  const { openStore, isEmbedded, dataDirectory, spool, copyAccounts, loader, rollupJobs, now } = deps;
  let isRunning = false;

  async function make(directory: string, onProgress: (progress: BackupProgress) => void): Promise<BackupResult> {
    for (const each of [directory, join(directory, 'spool')]) mkdirSync(each, { recursive: true, mode: 0o700 });
    // It may have been there before, open to others.
    chmodSync(directory, 0o700);
    const store = openStore();
    try {
      let pauseMs = 0;
      const clones = await cloneTables(
        store,
        clonePrefix(spool),
        (clone) =>
          loader.betweenSettled(() =>
            rollupJobs.between(async () => {
              const begun = performance.now();
              await clone();
              await spool.copyTo(join(directory, 'spool'));
              await copyAccounts?.(join(directory, 'accounts.sqlite'));
              pauseMs = performance.now() - begun;
            }),
          ),
        { isEmbedded },
      );
      try {
        const files: BackupFile[] = [];
        // Without the key, what was given out by means of it would end. Where it is a setting, its owner keeps it.
        const hasKey = existsSync(join(dataDirectory, KEY_FILE));
        if (hasKey) copyFileSync(join(dataDirectory, KEY_FILE), join(directory, KEY_FILE));
        const others = [
          'spool/data.mdb',
          ...(copyAccounts === undefined ? [] : ['accounts.sqlite']),
          ...(hasKey ? [KEY_FILE] : []),
        ];
        const ofRows = clones.pieces.reduce((sum, { rows }) => sum + rows, 0);
        const add = async (path: string, piece?: BackupFile['piece']) => {
          const whole = join(directory, path);
          await sync(whole);
          files.push({ path, bytes: statSync(whole).size, sha256: await sha256Of(whole), ...(piece && { piece }) });
          const rows = files.reduce((sum, file) => sum + (file.piece?.rows ?? 0), 0);
          onProgress({ rows, ofRows, files: files.length, ofFiles: clones.pieces.length + others.length });
        };
        for (const path of others) await add(path);
        for (const piece of clones.pieces) {
          const path = `store/${piece.shard}/${piece.table}-${piece.partition}.native.gz`;
          mkdirSync(dirname(join(directory, path)), { recursive: true, mode: 0o700 });
          await clones.write(piece, join(directory, path));
          await add(path, piece);
        }
        await finish(directory, {
          format: BACKUP_FORMAT,
          minilens: VERSION,
          madeAt: new Date(now()).toISOString(),
          schema: NEWEST_SCHEMA,
          shards: clones.shards,
          files,
        });
        const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
        return { directory, files: files.length, bytes, pauseMs: Math.round(pauseMs) };
      } finally {
        await clones.drop();
      }
    } finally {
      await store.close();
    }
  }

  return async (directory, onProgress) => {
    checkTarget(directory, dataDirectory);
    if (isRunning) throw new Refusal('INVALID_REQUEST', 'A backup is being made already. Wait until it is done.');
    isRunning = true;
    try {
      return await make(directory, onProgress);
    } finally {
      isRunning = false;
    }
  };
}

/** @throws Refusal when the directory cannot take a backup. */
function checkTarget(directory: string, dataDirectory: string): void {
  if (!isAbsolute(directory)) throw new Refusal('INVALID_REQUEST', `${directory} is no absolute path.`);
  if (isPattern(directory))
    throw new Refusal('INVALID_REQUEST', `${directory} has one of * ? { } [ ] in it. Choose another directory.`);
  if (!relative(dataDirectory, directory).startsWith('..'))
    throw new Refusal('INVALID_REQUEST', `${directory} is in the data directory. Choose another one.`);
  if (existsSync(directory) && readdirSync(directory).length > 0)
    throw new Refusal('INVALID_REQUEST', `${directory} is not empty. A backup goes into a new directory.`);
}

/** Under its name only when it is whole and on disk. */
async function finish(directory: string, manifest: Manifest): Promise<void> {
  const path = manifestPath(directory);
  const file = await open(`${path}.part`, 'w', 0o600);
  await file.writeFile(JSON.stringify(manifest, undefined, 2));
  await file.sync();
  await file.close();
  await rename(`${path}.part`, path);
  await sync(directory);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  await file.sync();
  await file.close();
}
