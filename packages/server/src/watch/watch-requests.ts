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

/** What routes with these tags answer. */
const KINDS: Readonly<Record<string, QuestionKind>> = { reports: 'report', questions: 'report', records: 'records' };

function kindOf({ url = '', schema }: FastifyRequest['routeOptions']): QuestionKind | undefined {
  if (ROOTS.some((root) => url.startsWith(`${root}/`))) return 'wechat';
  const { tags = [] } = (schema ?? {}) as { tags?: readonly string[] };
  return tags.map((tag) => KINDS[tag]).find((kind) => kind !== undefined);
}
