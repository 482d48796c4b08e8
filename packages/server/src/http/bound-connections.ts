import type { Server } from 'node:http';
import type { Logger } from 'pino';
import type { Meters } from '../watch/meters.js';
import { createOnceAMinute } from '../watch/once-a-minute.js';

/**
 * Bounds the memory: an idle connection costs some 15 KB, one that trickles a body at most 64 KB more, so all of them
 * together stay below 700 MB.
 */
const MAX_CONNECTIONS = 8_000;

/** Beyond the bound new connections are cut at once; idle ones are closed then, so that the next find room. */
export function boundConnections(
  server: Server,
  { log, now, meters }: { log: Logger; now: () => number; meters: Pick<Meters, 'connectionCut'> },
): void {
  server.maxConnections = MAX_CONNECTIONS;
  const onceAMinute = createOnceAMinute(now);
  let cut = 0;
  server.on('drop', () => {
    server.closeIdleConnections();
    meters.connectionCut();
    cut += 1;
    // A flood must not fill the log.
    onceAMinute('cut', () => {
      log.warn(
        { connections: MAX_CONNECTIONS, cut },
        'Too many connections: so many new ones were cut since the last such line, and idle ones are closed',
      );
      cut = 0;
    });
  });
}
