import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** Written last: a directory without it is no backup. */
const NAME = 'manifest.json';

/** Layout of the directory; it changes when an older restore could misread it. */
export const BACKUP_FORMAT = 1;

const File = Type.Object({
  path: Type.String({
    pattern:
      '^(store/[1-9][0-9]{0,3}/[a-z_]+-[A-Za-z0-9]+\\.native\\.gz|spool/data\\.mdb|accounts\\.sqlite|secret\\.key)$',
  }),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** What of the event store is in it; absent for the spool and the accounts. */
  piece: Type.Optional(
    Type.Object({
      shard: Type.Integer({ minimum: 1 }),
      table: Type.String({ pattern: '^[a-z_]+$' }),
      partition: Type.String({ pattern: '^[A-Za-z0-9]+$' }),
      rows: Type.Integer({ minimum: 0 }),
    }),
  ),
});
export type BackupFile = Static<typeof File>;

const Manifest = Type.Object({
  format: Type.Integer(),
  /** Version of the program that made it. */
  minilens: Type.String(),
  madeAt: Type.String({ description: 'ISO 8601' }),
  /** Schema of the event store. */
  schema: Type.Integer({ minimum: 1 }),
  shards: Type.Integer({ minimum: 1 }),
  files: Type.Array(File),
});
export type Manifest = Static<typeof Manifest>;

const compiled = Compile(Manifest);

export const manifestPath = (directory: string) => join(directory, NAME);

/** Whether the engine in this process would take the path of a file there for a pattern. */
export const isPattern = (directory: string): boolean => /[*?{}[\]\n]/.test(directory);

/** @throws a sentence when there is none, or one this program cannot read. */
export function readManifest(directory: string): Manifest {
  if (!existsSync(directory)) throw new Error(`There is no directory ${directory}.`);
  if (!existsSync(manifestPath(directory)))
    throw new Error(`${directory} holds no finished backup: ${NAME} is written last, and is not there.`);
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(manifestPath(directory), 'utf8'));
  } catch (cause) {
    throw new Error(`${NAME} in ${directory} is damaged: it is not JSON.`, { cause });
  }
  const format = (manifest as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > BACKUP_FORMAT)
    throw new Error(`The backup has format ${format}; this version reads up to ${BACKUP_FORMAT}. Use a newer one.`);
  if (!compiled.Check(manifest)) throw new Error(`${NAME} in ${directory} is damaged.`);
  return manifest;
}

/** @throws a sentence when a file is not as it was written. */
export async function checkFile(directory: string, file: BackupFile): Promise<void> {
  const path = join(directory, file.path);
  if (!existsSync(path)) throw new Error(`The backup is damaged: ${file.path} is missing.`);
  if ((await sha256Of(path)) !== file.sha256)
    throw new Error(`The backup is damaged: ${file.path} is not as it was written.`);
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
