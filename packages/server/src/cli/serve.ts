import { createServer } from '../main.js';
import type { Settings } from '../settings.js';
import { findRunningServer, removeServerFile, writeServerFile } from './server-file.js';

/** Runs the server until the process is told to stop. @throws when the data directory is in use. */
export async function serve(settings: Settings): Promise<void> {
  const other = await findRunningServer(settings.data);
  if (other !== undefined) throw new Error(`A server is already running on ${settings.data}, at ${other.url}.`);

  const server = await createServer(settings);
  const url = await server.listen();
  writeServerFile(settings.data, { url, token: server.localToken });

  const shown = settings.publicUrl ?? url;
  if (server.setupPath === undefined) console.log(`Minilens is ready. Open ${shown}`);
  else
    console.log(
      `Minilens is ready. Make the first account here (this link works once):\n\n  ${shown}${server.setupPath}\n`,
    );

  const stop = async () => {
    console.log('Stopping …');
    removeServerFile(settings.data);
    await server.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
