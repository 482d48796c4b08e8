import type { ClickHouseClient } from '@clickhouse/client';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { EventCounters } from './event-counters.js';

export interface HealthDeps {
  store: ClickHouseClient;
  counters: EventCounters;
  /** Whether the store did not take what it was last given. */
  isStoreFailing: () => boolean;
}

const State = Type.Object({ status: Type.String() });

/** For the machine's owner: `/healthz` says the process lives, `/readyz` that the store answers and takes
 * events, `/metrics` how it fares. */
export const healthRoutes: FastifyPluginAsyncTypebox<HealthDeps> = async (app, { store, counters, isStoreFailing }) => {
  app.get('/healthz', { schema: { hide: true, response: { 200: State } } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true, response: { 200: State, 503: State } } }, async (_request, reply) => {
    const { success } = await store.ping({ select: true });
    if (success && !isStoreFailing()) return { status: 'ok' };
    const trouble = success ? 'does not take events' : 'does not answer';
    return reply.code(503).send({ status: `the event store ${trouble}; collecting goes on` });
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(counters.registry.contentType).send(await counters.registry.metrics()),
  );
};
