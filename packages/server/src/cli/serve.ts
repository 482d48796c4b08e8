import { setFlagsFromString } from 'node:v8';
import type { Server } from '../main.js';
import { dutiesOf } from '../roles.js';
import type { Settings } from '../settings.js';
import { findRunningServer, removeServerFile, writeServerFile } from './server-file.js';

/**
 * How far Node's heap grows beyond what the last collection of old objects left, before the next begins. By itself Node
 * may begin after a tenth, which under load is every two seconds, and acknowledgements wait some 50 ms for each. Unit: %.
 */
const HEAP_GROWS_BY_PERCENT = 100;

/** Runs the server until the process is told to stop. @throws when the data directory is in use. */
export async function serve(settings: Settings): Promise<void> {
  const other = await findRunningServer(settings.data);
  if (other !== undefined) throw new Error(`A server is already running on ${settings.data}, at ${other.url}.`);

  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWS_BY_PERCENT}`);
  const { createServer } = await import('../main.js');
  const server = await createServer(settings);
  const url = await begin(server, settings).catch(async (error: Error) => {
    await server.close();
    throw error;
  });
  writeServerFile(settings.data, { url, token: server.localToken });

  const shown = settings.publicUrl ?? url;
  if (!dutiesOf(settings.role).includes('report'))
    console.log(`Minilens is ready. This process has the role ${settings.role}, at ${url}`);
  else if (server.setupPath === undefined) console.log(`Minilens is ready. Open ${shown}`);
  else
    console.log(
      `Minilens is ready. Make the first account here (this link works once):\n\n  ${shown}${server.setupPath}\n`,
    );

  const stop = async () => {
    console.log('Stopping …');
    await server.close();
    removeServerFile(settings.data);
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/** Opens the store, then listens. Gives the address. */
async function begin(server: Server, settings: Settings): Promise<string> {
  await server.prepare();
  return server.listen().catch((error: NodeJS.ErrnoException) => {
    throw new Error(whyNotListening(error, settings), { cause: error });
  });
}

function whyNotListening(error: NodeJS.ErrnoException, { host, port }: Settings): string {
  if (error.code === 'EADDRINUSE')
    return `MINILENS_PORT ${port} is taken on ${host}: another program listens there. Choose another port.`;
  if (error.code === 'EACCES')
    return `MINILENS_PORT ${port} needs more rights than this user has. Choose one above 1023.`;
  return `MINILENS_HOST ${host} is no address of this machine: ${error.message}`;
}
