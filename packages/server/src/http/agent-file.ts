import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { Refusal } from './refusal.js';

const FILE = 'minilens-mp-agent.js';

/** The agent that belongs to this server, to be saved into a Mini Program. It holds no secret. */
export async function serveAgentFile(app: FastifyInstance): Promise<void> {
  app.get(`/${FILE}`, async (_request, reply) => {
    const code = await readFile(fileURLToPath(import.meta.resolve('@minilens/agent/bundle'))).catch(() => {
      throw new Refusal('NOT_FOUND', 'The agent is not built. Run npm run build.');
    });
    return reply.type('text/javascript').header('content-disposition', `attachment; filename="${FILE}"`).send(code);
  });
}
