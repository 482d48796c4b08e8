import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Store } from '@minilens/store/connect';
import { Type } from 'typebox';
import type { EventCounters } from './event-counters.js';

export interface HealthDeps {
  store: Store;
  counters: EventCounters;
}

const State = Type.Object({ status: Type.String() });

/** For the machine's owner: `/healthz` says the process lives, `/readyz` that the store answers, `/metrics` how it fares. */
export const healthRoutes: FastifyPluginAsyncTypebox<HealthDeps> = async (app, { store, counters }) => {
  app.get('/healthz', { schema: { hide: true, response: { 200: State } } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true, response: { 200: State, 503: State } } }, async (_request, reply) => {
    const answers = await store.ping().then(
      () => true,
      () => false,
    );
    return answers
      ? { status: 'ok' }
      : reply.code(503).send({ status: 'the event store does not answer; collecting goes on' });
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(counters.registry.contentType).send(await counters.registry.metrics()),
  );
};
