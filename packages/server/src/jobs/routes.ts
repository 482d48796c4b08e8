import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { listBuckets } from '@minilens/store/buckets';
import type { Store } from '@minilens/store/connect';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import { EraseBody, Erased, rangeQuery } from '@minilens/wire/report-api';
import { Type } from 'typebox';
import type { Identify } from '../admin/identify.js';
import { Refusal } from '../http/refusal.js';
import { readRange } from '../reports/range.js';
import { type DoctorDeps, examine, Finding } from './doctor.js';
import type { Erase } from './erase.js';
import type { RollupJobs } from './rollup-job.js';

export interface JobDeps extends DoctorDeps {
  store: Store;
  identify: Identify;
  rollupJobs: RollupJobs;
  erase: Erase;
}

const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody };

/** What the command line asks of the server, for owners. */
export const jobRoutes: FastifyPluginAsyncTypebox<JobDeps> = async (app, deps) => {
  const { store, identify, rollupJobs } = deps;

  app.post(
    '/api/v1/apps/:app/rollup',
    {
      schema: {
        summary: 'Compute rollups of a range again, from events',
        tags: ['operation'],
        params: Type.Object({ app: Type.String({ maxLength: 18 }) }),
        body: Type.Object(rangeQuery),
        response: {
          200: Type.Object({
            buckets: Type.Integer({ description: 'Hours computed' }),
            passedOver: Type.Integer({ description: 'Hours whose events are gone; their rollups stay as they are' }),
          }),
          ...refusals,
        },
      },
    },
    async (request) => {
      await identify.owner(request);
      const { timezone } = await identify.reader(request, request.params.app);
      const range = readRange(request.body, timezone);
      const buckets = await listBuckets(store, request.params.app, range.from, range.to);
      const computed = await rollupJobs.rollUpHours(
        request.params.app,
        buckets.map(({ hour }) => hour),
      );
      return { buckets: computed, passedOver: buckets.length - computed };
    },
  );

  app.post(
    '/api/v1/apps/:app/erase',
    {
      schema: {
        summary: 'Remove all that is stored of one user, or of everybody who said an openid',
        tags: ['operation'],
        params: Type.Object({ app: Type.String({ maxLength: 18 }) }),
        body: EraseBody,
        response: { 200: Erased, ...refusals },
      },
    },
    async (request) => {
      await identify.owner(request);
      const { appid } = await identify.reader(request, request.params.app);
      if ((request.body.user === undefined) === (request.body.openid === undefined))
        throw new Refusal('INVALID_REQUEST', 'The body must name either a user or an openid.');
      return deps.erase(appid, request.body);
    },
  );

  app.get(
    '/api/v1/doctor',
    {
      schema: {
        summary: 'Whether everything is in order',
        tags: ['operation'],
        response: { 200: Type.Array(Finding), ...refusals },
      },
    },
    async (request) => {
      await identify.owner(request);
      return examine(deps);
    },
  );
};
