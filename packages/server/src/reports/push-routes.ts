import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ask } from '@minilens/store/ask';
import { findDeliveries } from '@minilens/store/deliveries';
import type { DeliveryOutcome, DeliveryReason } from '@minilens/wire/event';
import { DeliveryList, DeliveryQuery, PUSH_METRICS, PushReport } from '@minilens/wire/push-report';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import { rangeQuery } from '@minilens/wire/report-api';
import { Type } from 'typebox';
import { createTurns, whenGone } from './in-turn.js';
import { grainOf, readRange } from './range.js';
import type { RecordDeps } from './record-routes.js';
import type { ReportDeps } from './routes.js';

/** Message types and hosts that are shown. Who may report deliveries may name any number of them. */
const TOP = 50;

const AppParams = Type.Object({ app: Type.String({ maxLength: 18 }) });
const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody, 422: RefusalBody };

/** The report API on message push. Everything it counts, it asks the metric catalogue. */
export const pushRoutes: FastifyPluginAsyncTypebox<ReportDeps & RecordDeps> = async (
  app,
  { store, searching, identify, now },
) => {
  const inTurn = createTurns('The search takes too long. Ask for a shorter range, or narrow it further.');

  app.get(
    '/api/v1/apps/:app/push',
    {
      schema: {
        summary: 'Deliveries of message push: trend, failure kinds, messages, hosts',
        tags: ['reports'],
        params: AppParams,
        querystring: Type.Object(rangeQuery),
        response: { 200: PushReport, ...refusals },
      },
    },
    async (request) => {
      const { timezone } = await identify.forApp(request, request.params.app, 'readReports');
      const range = readRange(request.query, timezone);
      const grain = grainOf(range);
      const about = { app: request.params.app, ...range };
      const most = { sort: { by: 'callback_count', order: 'desc' }, limit: TOP } as const;
      const [total, trend, kinds, messages, hosts] = await Promise.all([
        ask(store, { ...about, metrics: PUSH_METRICS }),
        ask(store, { ...about, metrics: PUSH_METRICS, by: [grain], fill: true }),
        ask(store, { ...about, ...most, metrics: ['callback_count'], by: ['outcome', 'reason'] }),
        ask(store, { ...about, ...most, metrics: PUSH_METRICS, by: ['msg_type', 'event'] }),
        ask(store, { ...about, ...most, metrics: PUSH_METRICS, by: ['host'] }),
      ]);
      const [summary] = total;
      if (summary === undefined) throw new Error('The question about deliveries had no answer');
      return {
        range,
        grain,
        summary,
        trend: trend.map(({ hour, day, ...point }: { hour?: number; day?: number } & (typeof trend)[number]) => ({
          at: (hour ?? day) as number,
          ...point,
        })),
        kinds: kinds.map(({ outcome, reason, ...row }) => ({
          outcome: outcome as DeliveryOutcome,
          reason: reason as DeliveryReason | '',
          ...row,
        })),
        messages: messages.map(({ msg_type, ...row }) => ({ msgType: msg_type, ...row })),
        hosts,
      };
    },
  );

  app.get(
    '/api/v1/apps/:app/push/deliveries',
    {
      schema: {
        summary: 'Single deliveries, newest or slowest first',
        tags: ['records'],
        params: AppParams,
        querystring: DeliveryQuery,
        response: { 200: DeliveryList, ...refusals },
      },
    },
    async (request, reply) => {
      const { app: appid } = request.params;
      const { timezone } = await identify.forApp(request, appid, 'readRecords');
      const { from, to, sort, limit, offset, ...filter } = request.query;
      const range = readRange({ from, to }, timezone);
      const wanted = { ...filter, app: appid, from: range.from, to: range.to };
      const page = { sort, limit, offset, now: now() };
      const found = await inTurn(() => findDeliveries(searching, wanted, page), whenGone(reply));
      return { range, ...found };
    },
  );
};
