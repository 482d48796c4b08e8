import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a command finds the server that holds the data directory. Only the owner of the directory can read it. */
export interface RunningServer {
  url: string;
  token: string;
}

/** A server that takes longer to say who it is hangs. Unit: ms. */
const PATIENCE_MS = 10_000;

const fileIn = (dataDirectory: string) => join(dataDirectory, 'server.json');

export function writeServerFile(dataDirectory: string, server: RunningServer): void {
  writeFileSync(fileIn(dataDirectory), JSON.stringify(server), { mode: 0o600 });
}

export function removeServerFile(dataDirectory: string): void {
  rmSync(fileIn(dataDirectory), { force: true });
}

/**
 * The server that is up on this data directory. A file that a killed server left behind is passed over, and so is a server
 * that does not answer within `patienceMs`: whoever takes the directory then is refused, since that server holds it.
 */
export async function findRunningServer(
  dataDirectory: string,
  patienceMs = PATIENCE_MS,
): Promise<RunningServer | undefined> {
  let server: RunningServer;
  try {
    server = JSON.parse(readFileSync(fileIn(dataDirectory), 'utf8'));
  } catch {
    return undefined;
  }
  const { localFetch } = await import('./local-fetch.js');
  // Only the server that wrote the file knows its token; anything else on that port does not count.
  const answer = await localFetch(`${server.url}/api/v1/process`, {
    headers: { authorization: `Bearer ${server.token}` },
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => undefined);
  return answer?.ok ? server : undefined;
}
