import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { SingleBar } from 'cli-progress';
import type { BackupLine } from '../backup/routes.js';
import type { Client } from './client.js';

/** Copies everything that is kept into a new directory. */
export async function backup(client: Client, directory: string, { json }: { json?: boolean }): Promise<void> {
  const bar = new SingleBar({
    format: 'Writing {bar} {percentage}% | {value} of {total} rows',
    stream: process.stderr,
    clearOnComplete: true,
  });
  if (!json) bar.start(1, 0);
  try {
    const { body } = await client.stream('POST', '/api/v1/backup', { directory: resolve(directory) });
    for await (const text of createInterface({ input: Readable.from(body) })) {
      const line = JSON.parse(text) as BackupLine;
      if ('failed' in line) throw new Error(line.failed);
      if ('done' in line) {
        bar.stop();
        const { files, bytes, pauseMs } = line.done;
        return console.log(
          json
            ? JSON.stringify(line.done)
            : `The backup is in ${line.done.directory}: ${files} files, ${(bytes / 1024 ** 2).toFixed(1)} MB. Loading stood still for ${pauseMs} ms.`,
        );
      }
      bar.setTotal(Math.max(1, line.ofRows));
      bar.update(line.rows);
    }
    throw new Error(`The server stopped before the backup was done. Remove ${directory} and begin again.`);
  } finally {
    bar.stop();
  }
}
