import type { ClickHouseClient } from '@clickhouse/client';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { listBuckets } from '@minilens/store/buckets';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import { rangeQuery } from '@minilens/wire/report-api';
import { Type } from 'typebox';
import type { Identify } from '../admin/identify.js';
import { readRange } from '../reports/range.js';
import type { Role } from '../roles.js';
import { type DoctorDeps, examine, Finding } from './doctor.js';
import type { RollupJobs } from './rollup-job.js';

export interface JobDeps extends DoctorDeps {
  store: ClickHouseClient;
  identify: Identify;
  rollupJobs: RollupJobs;
  role: Role;
}

const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody, 503: RefusalBody };

/** What the command line asks of a server, for owners. */
export const rollupRoutes: FastifyPluginAsyncTypebox<JobDeps> = async (app, { store, identify, rollupJobs }) => {
  app.post(
    '/api/v1/apps/:app/rollup',
    {
      schema: {
        summary: 'Compute rollups of a range again, from events',
        tags: ['operation'],
        params: Type.Object({ app: Type.String({ maxLength: 18 }) }),
        body: Type.Object(rangeQuery),
        response: { 200: Type.Object({ buckets: Type.Integer({ description: 'Hours computed' }) }), ...refusals },
      },
    },
    async (request) => {
      await identify.owner(request);
      const { timezone } = await identify.reader(request, request.params.app);
      const range = readRange(request.body, timezone);
      const buckets = await listBuckets(store, request.params.app, range.from, range.to);
      await rollupJobs.rollUpBuckets(request.params.app, buckets);
      return { buckets: buckets.length };
    },
  );
};

/** Every role answers these: they are about the process itself. */
export const doctorRoutes: FastifyPluginAsyncTypebox<JobDeps> = async (app, deps) => {
  const { identify, role } = deps;

  // How a command knows that the process it found is the one that holds the data directory.
  app.get('/api/v1/process', { schema: { hide: true } }, async (request) => {
    await identify.owner(request);
    return { role };
  });

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
