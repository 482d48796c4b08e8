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
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o700);
  const file = new Sqlite(join(directory, LOCK_FILE));
  try {
    // A transaction that writes nothing and needs no journal. It stays open.
    file.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    throw (error as { code?: string }).code === 'SQLITE_BUSY'
      ? new Error(
          `${directory} is in use by another process that does not answer. Is a server starting or stopping there?`,
          { cause: error },
        )
      : error;
  }
  return () => file.close();
}
