import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { publicOrigin } from './public-origin.js';
import { Refusal } from './refusal.js';

const FILE = 'minilens-mp-agent.js';

/** Stands in the agent's code for the server it sends to. */
const ENDPOINT = /(["'])__ENDPOINT__\1/;

/** The agent that belongs to this server and knows its address, to be saved into a Mini Program. It holds no secret. */
export async function serveAgentFile(app: FastifyInstance, { publicUrl }: { publicUrl: string | undefined }) {
  app.get(`/${FILE}`, async (request, reply) => {
    const code = await readFile(fileURLToPath(import.meta.resolve('@minilens/agent/bundle')), 'utf8').catch(() => {
      throw new Refusal('NOT_FOUND', 'The agent is not built. Run npm run build.');
    });
    return (
      reply
        .type('text/javascript')
        // It says how this request reached us, which is nobody else's answer.
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="${FILE}"`)
        .send(withEndpoint(code, publicOrigin(request, publicUrl)))
    );
  });
}

/** The agent's code with the server's origin in it. With an empty one, the app has to name it. */
export const withEndpoint = (code: string, origin: string): string =>
  code.replace(ENDPOINT, () => JSON.stringify(origin));
