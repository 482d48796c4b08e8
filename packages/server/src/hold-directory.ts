import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'libsql';

/** Empty. Nobody else in this process may open it: closing it anywhere would give the lock away. */
const LOCK_FILE = 'lock';

/**
 * Makes a data directory this process's own: the spool counts its keys in memory, so of two processes that write to it one
 * could overwrite what the other has acknowledged. The lock is the operating system's, by way of SQLite, and ends with
 * the process, however that ends.
 *
 * @param directory made if missing, and open to its owner only.
 * @returns what gives it back.
 * @throws a sentence when another process has it.
 */
export function holdDirectory(directory: string): () => void {
  let file: Sqlite.Database | undefined;
  try {
    mkdirSync(directory, { recursive: true });
    chmodSync(directory, 0o700);
    file = new Sqlite(join(directory, LOCK_FILE));
    // A transaction that writes nothing and needs no journal. It stays open.
    file.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (error) {
    file?.close();
    throw new Error(`${directory} ${whyNot(error as Error)}`, { cause: error });
  }
  return () => file.close();
}

const whyNot = ({ message, code }: Error & { code?: string }) =>
  code === 'SQLITE_BUSY'
    ? 'is in use by another process that does not answer. Is a server starting or stopping there?'
    : `cannot be a data directory: ${message}. Run as the user who owns it, and see that its disk has room and can be written.`;
