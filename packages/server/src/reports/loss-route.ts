import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ask } from '@minilens/store/ask';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import { LossReport, rangeQuery } from '@minilens/wire/report-api';
import { Type } from 'typebox';
import { readRange } from './range.js';
import type { ReportDeps } from './routes.js';

/** An agent may call itself anything, so the number of its versions has no bound of its own. */
const MAX_ROWS = 10_000;

/** The loss meter: what agents numbered and never arrived, and what arrived and was dropped. */
export const lossRoute: FastifyPluginAsyncTypebox<ReportDeps> = async (app, { store, identify }) => {
  app.get(
    '/api/v1/apps/:app/loss',
    {
      schema: {
        summary: 'Missing and dropped events by day and version of the agent',
        tags: ['reports'],
        params: Type.Object({ app: Type.String({ maxLength: 18 }) }),
        querystring: Type.Object(rangeQuery),
        response: { 200: LossReport, 400: RefusalBody, 401: RefusalBody, 403: RefusalBody },
      },
    },
    async (request) => {
      const { timezone } = await identify.forApp(request, request.params.app, 'readReports');
      const range = readRange(request.query, timezone);
      const about = { app: request.params.app, ...range, limit: MAX_ROWS };
      const [loss, drops] = await Promise.all([
        ask(store, { ...about, metrics: ['numbered', 'missing', 'lossRate'], by: ['day', 'agent'] }),
        ask(store, { ...about, metrics: ['dropped'], by: ['day', 'agent', 'reason'] }),
      ]);
      return {
        range,
        loss: loss.map(({ day, ...row }) => ({ at: day, ...row })),
        drops: drops.map(({ day, ...row }) => ({ at: day, ...row })),
      };
    },
  );
};
