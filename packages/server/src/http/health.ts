import type { ClickHouseClient } from '@clickhouse/client';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { EventCounters } from './event-counters.js';

export interface HealthDeps {
  store: ClickHouseClient;
  counters: EventCounters;
  /** @throws when the accounts database does not answer. */
  pingDb(): Promise<void>;
}

const State = Type.Object({ status: Type.String() });

/** For the machine's owner: `/healthz` says the process lives, `/readyz` that what it stands on answers, `/metrics` how it fares. */
export const healthRoutes: FastifyPluginAsyncTypebox<HealthDeps> = async (app, { store, counters, pingDb }) => {
  app.get('/healthz', { schema: { hide: true, response: { 200: State } } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true, response: { 200: State, 503: State } } }, async (_request, reply) => {
    const { success } = await store.ping({ select: true });
    if (!success) return reply.code(503).send({ status: 'the event store does not answer; collecting goes on' });
    const hasDb = await pingDb().then(
      () => true,
      () => false,
    );
    if (!hasDb)
      return reply
        .code(503)
        .send({ status: 'the accounts database does not answer; collecting goes on for known apps' });
    return { status: 'ok' };
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(counters.registry.contentType).send(await counters.registry.metrics()),
  );
};
