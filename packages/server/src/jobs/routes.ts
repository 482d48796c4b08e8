import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { listBuckets } from '@minilens/store/buckets';
import { checkRollups } from '@minilens/store/check-rollups';
import type { Store } from '@minilens/store/connect';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import { EraseBody, Erased, rangeQuery } from '@minilens/wire/report-api';
import pLimit from 'p-limit';
import { Type } from 'typebox';
import type { Identify } from '../admin/identify.js';
import { type DoctorDeps, examine } from '../doctor/examine.js';
import { Finding } from '../doctor/finding.js';
import { RollupCheckAnswer } from '../doctor/rollup-check.js';
import { Refusal } from '../http/refusal.js';
import { readRange } from '../reports/range.js';
import type { Role } from '../roles.js';
import type { Eraser } from './erase.js';
import type { RollupJobs } from './rollup-job.js';

export interface JobDeps {
  store: Store;
  identify: Identify;
  rollupJobs: RollupJobs;
  doctor: DoctorDeps;
  role: Role;
  erase: Eraser['erase'];
}

/** All hours that a bucket can have, Unix ms. */
const ALWAYS = { from: 0, to: 4_102_444_800_000 };

const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody, 503: RefusalBody };

/** What the command line asks of a server, for owners of the app. */
export const rollupRoutes: FastifyPluginAsyncTypebox<JobDeps> = async (app, { store, identify, rollupJobs, erase }) => {
  app.post(
    '/api/v1/apps/:app/rollup',
    {
      config: { audit: 'recompute' },
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
      const { timezone } = await identify.forApp(request, request.params.app, 'recompute');
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
      config: { audit: 'erase' },
      schema: {
        summary: 'Remove all that is stored of one user, or of everybody who said an openid',
        tags: ['operation'],
        params: Type.Object({ app: Type.String({ maxLength: 18 }) }),
        body: EraseBody,
        response: { 200: Erased, ...refusals },
      },
    },
    async (request) => {
      const { appid } = await identify.forApp(request, request.params.app, 'erase');
      if ((request.body.user === undefined) === (request.body.openid === undefined))
        throw new Refusal('INVALID_REQUEST', 'The body must name either a user or an openid.');
      return erase(appid, request.body);
    },
  );
};

/** Every role answers these: they are about the process itself. */
export const doctorRoutes: FastifyPluginAsyncTypebox<JobDeps> = async (app, deps) => {
  const { identify, role, doctor } = deps;
  const oneCheckAtATime = pLimit(1);

  // How a command knows that the process it found is the one that holds the data directory.
  app.get('/api/v1/process', { schema: { hide: true } }, async (request) => {
    await identify.forServer(request, 'operate');
    return { role };
  });

  app.post(
    '/api/v1/apps/:app/check',
    {
      schema: {
        summary: 'Compare the next rollups of an app with its events',
        tags: ['operation'],
        params: Type.Object({ app: Type.String({ maxLength: 18 }) }),
        body: Type.Object({
          ...Type.Partial(Type.Object(rangeQuery)).properties,
          after: Type.Optional(
            Type.Integer({
              minimum: 0,
              description: '`last` of the answer before; all hours up to it are passed over',
            }),
          ),
        }),
        response: { 200: RollupCheckAnswer, ...refusals },
      },
    },
    async (request) => {
      const { timezone } = await identify.forApp(request, request.params.app, 'recompute');
      const { from, to, after } = request.body;
      if ((from === undefined) !== (to === undefined))
        throw new Refusal('INVALID_RANGE', 'from and to belong together: give both or neither.');
      const range = from === undefined || to === undefined ? ALWAYS : readRange({ from, to }, timezone);
      const slice = await oneCheckAtATime(() =>
        checkRollups(doctor.store, request.params.app, { from: range.from, to: range.to, after }),
      );
      return { timezone, ...slice };
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
      await identify.forServer(request, 'operate');
      return examine(doctor);
    },
  );
};
