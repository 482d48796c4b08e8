import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ask, askPage } from '@minilens/store/ask';
import { listBucketsOnce } from '@minilens/store/buckets';
import { groupCallMessages } from '@minilens/store/calls';
import type { Store } from '@minilens/store/connect';
import type { KeptAnswers } from '@minilens/store/kept-answers';
import type { Question } from '@minilens/store/question';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import {
  INTERFACE_METRICS,
  InterfaceDetail,
  InterfaceList,
  InterfaceListQuery,
  type InterfaceRow,
  rangeQuery,
} from '@minilens/wire/report-api';
import { Type } from 'typebox';
import type { Identify } from '../admin/identify.js';
import { grainOf, readRange } from './range.js';
import { rememberAnswer } from './remember-answer.js';

export interface ReportDeps {
  store: Store;
  identify: Identify;
  keptAnswers: KeptAnswers;
}

/** Versions and messages shown beside one interface. */
const TOP = { versions: 50, messages: 20 };

const AppParams = Type.Object({ app: Type.String({ maxLength: 18 }) });
const InterfaceParams = Type.Object({ app: Type.String({ maxLength: 18 }), name: Type.String({ maxLength: 64 }) });
const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody };

/** The report API on interfaces. Everything it counts, it asks the metric catalogue. */
export const reportRoutes: FastifyPluginAsyncTypebox<ReportDeps> = async (app, { store, identify, keptAnswers }) => {
  app.get(
    '/api/v1/apps/:app/interfaces',
    {
      schema: {
        summary: 'Interfaces with their metrics',
        tags: ['reports'],
        params: AppParams,
        querystring: InterfaceListQuery,
        response: { 200: InterfaceList, ...refusals },
      },
    },
    async (request) => {
      const { timezone } = await identify.forApp(request, request.params.app, 'readReports');
      const { search = '', sort, order, limit, offset, ...asked } = request.query;
      const range = readRange(asked, timezone);
      const question = {
        app: request.params.app,
        ...range,
        metrics: INTERFACE_METRICS,
        by: ['name'],
        filter: { nameContains: search },
        sort: { by: sort, order },
        limit,
        offset,
      } as const;
      const { rows, total } = await rememberAnswer(keptAnswers, 'interfaces', question, () => askPage(store, question));
      const items: InterfaceRow[] = rows;
      return { range, total, items };
    },
  );

  app.get(
    '/api/v1/apps/:app/interfaces/:name',
    {
      schema: {
        summary: 'One interface: trend, versions, messages',
        tags: ['reports'],
        params: InterfaceParams,
        querystring: Type.Object(rangeQuery),
        response: { 200: InterfaceDetail, ...refusals },
      },
    },
    async (request) => {
      const { app: appid, name } = request.params;
      const { timezone } = await identify.forApp(request, appid, 'readReports');
      const range = readRange(request.query, timezone);
      const grain = grainOf(range);
      const about = { app: appid, ...range, filter: { name } } satisfies Partial<Question>;
      const trendMetrics = ['calls', 'success', 'errors', 'cancel', 'unknown', 'successRate'] as const;
      const list = listBucketsOnce();
      const ofVersions = { by: ['version'], sort: { by: 'calls', order: 'desc' }, limit: TOP.versions } as const;
      const summarized = { ...about, metrics: INTERFACE_METRICS };
      const find = () =>
        Promise.all([
          ask(store, summarized, list),
          ask(store, { ...about, metrics: trendMetrics, by: [grain], fill: true }, list),
          ask(store, { ...summarized, ...ofVersions }, list),
          groupCallMessages(store, { app: appid, name, from: range.from, to: range.to }, TOP.messages),
        ]);
      const answer = await rememberAnswer(keptAnswers, 'interface', summarized, find, list);
      const [total, trend, versions, messages] = answer;
      const [summary] = total;
      if (summary === undefined) throw new Error(`The question about ${name} had no answer`);
      return {
        range,
        grain,
        summary: { name, ...summary },
        trend: trend.map(({ hour, day, ...point }: { hour?: number; day?: number } & (typeof trend)[number]) => ({
          at: (hour ?? day) as number,
          ...point,
        })),
        versions,
        messages,
      };
    },
  );
};
