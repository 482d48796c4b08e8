import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Identify } from '../admin/identify.js';
import { Refusal } from '../http/refusal.js';
import type { BackupProgress, BackupResult, MakeBackup } from './make-backup.js';

export interface BackupRouteDeps {
  identify: Identify;
  makeBackup: MakeBackup;
}

/** One line of the answer: how far it is, then how it ended. */
export type BackupLine = BackupProgress | { done: BackupResult } | { failed: string };

/** Between two lines, so that nobody on the way takes a large month for a dead connection. Unit: ms. */
const SIGN_OF_LIFE_MS = 10_000;

/** For the command line of this machine alone: it names a directory here. */
export const backupRoutes: FastifyPluginAsyncTypebox<BackupRouteDeps> = async (app, { identify, makeBackup }) => {
  app.post(
    '/api/v1/backup',
    {
      config: { audit: 'backup' },
      schema: {
        hide: true,
        body: Type.Object({ directory: Type.String({ minLength: 1, maxLength: 4_096 }) }),
      },
    },
    async (request, reply) => {
      await identify.local(request);
      reply.type('application/x-ndjson');
      return reply.send(Readable.from(linesOf(request.body.directory, makeBackup)));
    },
  );
};

async function* linesOf(directory: string, makeBackup: MakeBackup) {
  const waiting: BackupLine[] = [];
  let wake = () => {};
  const tell = (line: BackupLine) => {
    waiting.push(line);
    wake();
  };
  let last: BackupLine = { rows: 0, ofRows: 0, files: 0, ofFiles: 0 };
  const whyNot = ({ message }: Error) => `The backup failed: ${message}. Remove ${directory}, and begin again.`;
  makeBackup(directory, tell).then(
    (done) => tell({ done }),
    (error: Error) => tell({ failed: error instanceof Refusal ? error.message : whyNot(error) }),
  );
  for (;;) {
    if (waiting.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, SIGN_OF_LIFE_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    last = waiting.shift() ?? last;
    yield `${JSON.stringify(last)}\n`;
    if ('done' in last || 'failed' in last) return;
  }
}
