import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { type AdminDeps, adminRoutes } from '../admin/routes.js';
import { type BackupRouteDeps, backupRoutes } from '../backup/routes.js';
import { type CollectDeps, collectRoutes } from '../collect/routes.js';
import { type JobDeps, jobRoutes } from '../jobs/routes.js';
import { type ExportDeps, exportRoute } from '../reports/export-route.js';
import { type ReportDeps, reportRoutes } from '../reports/routes.js';
import { type WechatDeps, wechatApi } from '../wechat/wechat-api.js';
import { serveAgentFile } from './agent-file.js';
import { serveDashboard } from './dashboard.js';
import { type HealthDeps, healthRoutes } from './health.js';
import { problemOf } from './problem.js';
import { Refusal } from './refusal.js';

export interface AppDeps extends CollectDeps, ReportDeps, AdminDeps, JobDeps, HealthDeps, BackupRouteDeps, ExportDeps {
  wechat: WechatDeps;
  log: Logger;
  trustProxy: boolean;
  tls: { cert: Buffer; key: Buffer } | undefined;
}

/** All routes on one Fastify instance, not yet listening. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    // One proxy, the owner's: what stands further left in X-Forwarded-For was written by the sender.
    trustProxy: deps.trustProxy && ((_address: string, hop: number) => hop < 1),
    ...(deps.tls && { https: deps.tls }),
    // A body that trickles in for longer than this is no device of ours.
    requestTimeout: 30_000,
    frameworkErrors: answerError,
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as FastifyInstance;

  // Queries are text, so Fastify's own validator turns `limit=5` into a number; a body says what it means.
  app.setValidatorCompiler(({ schema, httpPart }) =>
    httpPart === 'body' ? strictBody(schema as TSchema) : coercing(schema as TSchema),
  );
  app.setErrorHandler(answerError);
  readJsonWhateverItIsCalled(app);

  await app.register(cookie);
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after }) =>
      new Refusal('TOO_MANY_REQUESTS', `Too many tries. Wait ${after} and try again.`),
  });
  // Only routes with a tag are for others to call.
  await app.register(swagger, {
    hideUntagged: true,
    openapi: { openapi: '3.1.0', info: { title: 'Minilens', version: '1', description: 'Collector and report API' } },
  });

  await app.register(wechatApi, deps.wechat);
  await app.register(async (ours) => {
    await ours.register(collectRoutes, deps);
    await ours.register(reportRoutes, deps);
    await ours.register(exportRoute, deps);
    await ours.register(adminRoutes, deps);
    await ours.register(jobRoutes, deps);
    await ours.register(backupRoutes, deps);
    await ours.register(healthRoutes, deps);
    ours.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  });
  await app.register(serveAgentFile, deps);
  await app.register(serveDashboard);
  return app;
}

function strictBody(schema: TSchema) {
  const compiled = Compile(schema);
  return (value: unknown) => {
    if (compiled.Check(value)) return { value };
    return { error: new Error(problemOf(compiled.Errors(value), 'The body')) };
  };
}

function coercing(schema: TSchema) {
  const compiled = Compile(schema);
  return (value: unknown) => {
    const converted = compiled.Default(compiled.Convert(value));
    if (compiled.Check(converted)) return { value: converted };
    return { error: new Error(problemOf(compiled.Errors(converted), 'The query').replace(/^\//, '')) };
  };
}

/** Devices label JSON as they like. */
function readJsonWhateverItIsCalled(app: FastifyInstance) {
  const parse = app.getDefaultJsonParser('remove', 'remove');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      return parse(request, body as string, done);
    } catch {
      return done(new Refusal('INVALID_JSON', 'The body is nested too deep.'));
    }
  });
}

/** Errors of Fastify's own that have a name with us. */
const KNOWN: Record<string, (error: FastifyError, request: FastifyRequest) => Refusal> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (_error, request) =>
    new Refusal(
      'BODY_TOO_LARGE',
      `The body is larger than ${request.routeOptions.bodyLimit} bytes. Send less at a time.`,
    ),
  FST_ERR_VALIDATION: (error, request) =>
    new Refusal(request.routeOptions.url === '/v1/collect' ? 'INVALID_ENVELOPE' : 'INVALID_REQUEST', error.message),
};

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const refusal = asRefusal(error, request);
  if (refusal.code === 'INTERNAL') request.log.error({ err: error }, 'A request failed');
  if (refusal.statusCode === 503) reply.header('retry-after', '5');
  return reply.code(refusal.statusCode).send(refusal.body);
}

function asRefusal(error: FastifyError, request: FastifyRequest): Refusal {
  if (error instanceof Refusal) return error;
  const known = KNOWN[error.code];
  if (known !== undefined) return known(error, request);
  if (error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
    return new Refusal('INVALID_JSON', 'The body is not JSON.', error);
  }
  const { statusCode = 500 } = error;
  if (statusCode === 403 || statusCode === 404)
    return new Refusal('NOT_FOUND', 'Nothing answers at this address.', error);
  if (statusCode < 500) return new Refusal('INVALID_REQUEST', error.message, error);
  return new Refusal('INTERNAL', 'Something went wrong here; the log says what. Try again later.', error);
}
