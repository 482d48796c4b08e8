import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Store } from '@minilens/store/connect';
import { countEvents, exportEnvelopes, exportParquet, exportRows } from '@minilens/store/export';
import { type ExportFormat, ExportQuery } from '@minilens/wire/report-api';
import { Type } from 'typebox';
import type { Identify } from '../admin/identify.js';
import { Refusal } from '../http/refusal.js';
import { readRange } from './range.js';

export interface ExportDeps {
  /** A connection of its own, so that no question waits for an export. */
  exporting: Store;
  /** Whether the event store is in this process. */
  isEmbedded: boolean;
  dataDirectory: string;
  identify: Identify;
}

const TYPES: Record<ExportFormat, string> = {
  parquet: 'application/vnd.apache.parquet',
  ndjson: 'application/x-ndjson',
  envelopes: 'application/x-ndjson',
};

/** Each reads millions of events, and a slow client holds its own for long. */
const EXPORTS_AT_ONCE = 4;

/** Text sent in one piece. Unit: characters. */
const PIECE_LENGTH = 64_000;

/** Single events as they are stored, for whoever may read its records. They come as they are read; a failure cuts the answer off. */
export const exportRoute: FastifyPluginAsyncTypebox<ExportDeps> = async (
  app,
  { exporting: store, isEmbedded, dataDirectory, identify },
) => {
  const directory = join(dataDirectory, 'exports');
  // What a killed process left half-way.
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { mode: 0o700 });
  let running = 0;

  app.get(
    '/api/v1/apps/:app/export',
    {
      // It would do all the work to say nothing.
      exposeHeadRoute: false,
      config: { audit: 'export' },
      schema: {
        summary: 'Events of the sessions that begin in a range',
        tags: ['export'],
        params: Type.Object({ app: Type.String({ maxLength: 18 }) }),
        querystring: ExportQuery,
      },
    },
    async (request, reply) => {
      const { appid, timezone } = await identify.forApp(request, request.params.app, 'readRecords');
      const { format, ...asked } = request.query;
      const range = { app: appid, ...readRange(asked, timezone) };
      if (running >= EXPORTS_AT_ONCE)
        throw new Refusal('BUSY', 'Enough is being exported already. Ask again when that is done.');
      running += 1;
      reply.raw.once('close', () => {
        running -= 1;
      });
      reply.type(TYPES[format]).header('x-events', await countEvents(store, range));
      if (format === 'parquet') {
        const temporaryPath = join(directory, `${randomUUID()}.parquet`);
        return reply.send(await exportParquet(store, range, { isEmbedded, temporaryPath }));
      }
      const lines = format === 'ndjson' ? exportRows(store, range) : exportEnvelopes(store, range);
      return reply.send(Readable.from(inPieces(lines)));
    },
  );
};

async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const line of lines) {
    piece += line;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
