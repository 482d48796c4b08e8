import { resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import type { Settings } from '../settings.js';
import { findRunningServer } from './server-file.js';

const LIST = new Intl.ListFormat('en-GB');

/** Brings a backup into the empty data directory of the settings. */
export async function restoreBackup(
  settings: Settings,
  directory: string,
  { json }: { json?: boolean },
): Promise<void> {
  const { restore } = await import('../backup/restore.js');
  const running = await findRunningServer(settings.data);
  if (running !== undefined)
    throw new Error(`A server is running on ${settings.data}, at ${running.url}. Stop it, and restore elsewhere.`);
  const bar = new SingleBar({
    format: '{step} {bar} {value} of {total} files',
    stream: process.stderr,
    clearOnComplete: true,
  });
  if (!json) bar.start(1, 0, { step: 'Checking' });
  try {
    const { madeAt, files } = await restore(settings, resolve(directory), (step, file, ofFiles) => {
      bar.setTotal(ofFiles);
      bar.update(file, { step: step === 'checking' ? 'Checking' : 'Restoring' });
    });
    bar.stop();
    const places = [
      settings.data,
      ...(settings.clickhouseUrl === undefined ? [] : ['the event store of MINILENS_CLICKHOUSE_URL']),
      ...(settings.databaseUrl === undefined || !files.some(({ path }) => path === 'accounts.sqlite')
        ? []
        : ['the accounts database of MINILENS_DATABASE_URL']),
    ];
    const rows = files.reduce((sum, { piece }) => sum + (piece?.rows ?? 0), 0);
    console.log(
      json
        ? JSON.stringify({ madeAt, files: files.length, rows })
        : `Restored the backup of ${madeAt} into ${LIST.format(places)}. Start it with minilens serve.
Users who were erased after it was made are in it again: erase them again.`,
    );
  } finally {
    bar.stop();
  }
}
