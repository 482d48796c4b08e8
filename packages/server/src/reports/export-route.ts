import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Store } from '@minilens/store/connect';
import { countEvents, exportEnvelopes, exportParquet, exportRows } from '@minilens/store/export';
import { type ExportFormat, ExportQuery } from '@minilens/wire/report-api';
import { Type } from 'typebox';
import type { Identify } from '../admin/identify.js';
import { readRange } from './range.js';

export interface ExportDeps {
  store: Store;
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

/** Text sent in one piece. Unit: characters. */
const PIECE_LENGTH = 64_000;

/** Single events as they are stored, for whoever may read the app. They come as they are read; a failure cuts the answer off. */
export const exportRoute: FastifyPluginAsyncTypebox<ExportDeps> = async (
  app,
  { store, isEmbedded, dataDirectory, identify },
) => {
  app.get(
    '/api/v1/apps/:app/export',
    {
      schema: {
        summary: 'Events of the sessions that begin in a range',
        tags: ['reports'],
        params: Type.Object({ app: Type.String({ maxLength: 18 }) }),
        querystring: ExportQuery,
      },
    },
    async (request, reply) => {
      const { appid, timezone } = await identify.reader(request, request.params.app);
      const { format, ...asked } = request.query;
      const range = { app: appid, ...readRange(asked, timezone) };
      reply.type(TYPES[format]).header('x-events', await countEvents(store, range));
      if (format === 'parquet') {
        const temporaryPath = join(dataDirectory, `export-${randomUUID()}.parquet`);
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
