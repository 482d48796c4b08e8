import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { DUTIES, type Duty } from '../roles.js';
import { createMetricsGate, type MetricsGateDeps } from '../watch/metrics-gate.js';
import type { Readiness } from '../watch/readiness.js';
import type { EventCounters } from './event-counters.js';

export interface HealthDeps extends MetricsGateDeps {
  readiness: Readiness;
  /** What this process is there for: it is ready when it can do all of it. */
  duties: readonly Duty[];
  counters: EventCounters;
}

const State = Type.Object({ status: Type.String() });
const Ready = Type.Object({
  status: Type.String({ description: '`ok`, or what is not' }),
  parts: Type.Array(
    Type.Object({
      part: Type.String(),
      isReady: Type.Boolean(),
      says: Type.String(),
      neededFor: Type.Array(Type.Enum([...DUTIES])),
    }),
  ),
});

/**
 * For the machine's owner: `/healthz` says the process lives, `/readyz` whether it can do what it is there for,
 * `/metrics` how it fares. `/readyz?for=collect` asks about one duty, for a balancer that sends it devices only.
 */
export const healthRoutes: FastifyPluginAsyncTypebox<HealthDeps> = async (app, deps) => {
  const { readiness, duties, counters } = deps;

  app.get('/healthz', { schema: { hide: true, response: { 200: State } } }, async () => ({ status: 'ok' }));

  app.get(
    '/readyz',
    {
      schema: {
        hide: true,
        querystring: Type.Object({ for: Type.Optional(Type.Enum([...DUTIES])) }),
        response: { 200: Ready, 503: Ready },
      },
    },
    async (request, reply) => {
      const asked = request.query.for === undefined ? duties : [request.query.for];
      const parts = await readiness.look();
      const missing = parts.filter(
        ({ isReady, neededFor }) => !isReady && neededFor.some((duty) => asked.includes(duty)),
      );
      const strange = asked.filter((duty) => !duties.includes(duty)).map((duty) => `this process does not ${duty}`);
      const why = [...strange, ...missing.map(({ part, says }) => `${part}: ${says}`)];
      return reply.code(why.length === 0 ? 200 : 503).send({ status: why.join('; ') || 'ok', parts });
    },
  );

  app.get('/metrics', { schema: { hide: true }, onRequest: createMetricsGate(deps) }, async (_request, reply) =>
    reply.type(counters.registry.contentType).send(await counters.registry.metrics()),
  );
};
