import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { SingleBar } from 'cli-progress';
import type { Client } from './client.js';

export interface ExportOptions {
  app: string;
  from: string;
  to: string;
  format: string;
  output: string;
  json?: boolean;
}

/** Writes the events of a range into a file, which has its name only when it is whole. */
export async function exportEvents(
  client: Client,
  { app, from, to, format, output, json = false }: ExportOptions,
): Promise<void> {
  if (existsSync(output)) throw new Error(`${output} is there already. Choose another name, or remove it.`);
  const query = new URLSearchParams({ from, to, format });
  const { body, headers } = await client.stream('GET', `/api/v1/apps/${encodeURIComponent(app)}/export?${query}`);
  const events = Number(headers['x-events'] ?? 0);
  const bar = new SingleBar({
    format: 'Exporting | {megabytes} MB of {events} events written',
    stream: process.stderr,
    clearOnComplete: true,
  });
  if (!json) bar.start(1, 0, { megabytes: 0, events: events.toLocaleString('en-US') });

  let bytes = 0;
  // Its own: one that a killed export left is in nobody's way, and two at once write each their own.
  const part = `${output}.${randomUUID()}.part`;
  try {
    await pipeline(
      body,
      async function* (pieces) {
        for await (const piece of pieces as AsyncIterable<Uint8Array>) {
          bytes += piece.length;
          bar.update(0, { megabytes: (bytes / 1024 ** 2).toFixed(1) });
          yield piece;
        }
      },
      createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }),
    );
    if (existsSync(output)) throw new Error('another program made that file meanwhile');
    await rename(part, output);
  } catch (error) {
    await rm(part, { force: true });
    throw new Error(`The export broke off: ${(error as Error).message}. Nothing of it was left at ${output}.`, {
      cause: error,
    });
  } finally {
    bar.stop();
  }
  console.log(
    json
      ? JSON.stringify({ file: output, events, bytes })
      : `${events.toLocaleString('en-US')} events in ${output} (${(bytes / 1024 ** 2).toFixed(1)} MB).`,
  );
}
