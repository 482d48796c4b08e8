import { ROOTS } from '@minilens/wechat/endpoints';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Meters, QuestionKind } from './meters.js';

/** Measures acknowledgements and answers of all routes, by route and never by what a request says of itself. */
export function watchRequests(app: FastifyInstance, meters: Pick<Meters, 'acknowledged' | 'questionAnswered'>): void {
  app.addHook('onResponse', async (request, { statusCode, elapsedTime }) => {
    if (statusCode !== 200) return;
    const seconds = elapsedTime / 1000;
    if (request.routeOptions.url === '/v1/collect')
      meters.acknowledged({ seconds, bodyBytes: Number(request.headers['content-length']) || 0 });
    const kind = kindOf(request.routeOptions);
    if (kind !== undefined) meters.questionAnswered(kind, seconds);
  });
}

/** Report routes are those with the tag `reports`. */
function kindOf({ url = '', schema }: FastifyRequest['routeOptions']): QuestionKind | undefined {
  if (ROOTS.some((root) => url.startsWith(`${root}/`))) return 'wechat';
  const { tags = [] } = (schema ?? {}) as { tags?: readonly string[] };
  if (!tags.includes('reports')) return undefined;
  return /\/(records|deliveries)$/.test(url) ? 'records' : 'report';
}
