import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { isStoreAway, StoreRestoring } from '@minilens/store/store-away';
import { isTooLarge } from '@minilens/store/too-large';
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
import { type AccessRouteDeps, accessRoutes } from '../admin/access-routes.js';
import { type AppRouteDeps, appRoutes } from '../admin/app-routes.js';
import { writeAuditLog } from '../admin/audit.js';
import { auditRoutes } from '../admin/audit-routes.js';
import { memberRoutes } from '../admin/member-routes.js';
import { type OidcRouteDeps, oidcRoutes } from '../admin/oidc-routes.js';
import { ownAccountRoutes } from '../admin/own-account-routes.js';
import { sessionRoutes } from '../admin/session-routes.js';
import { userRoutes } from '../admin/user-routes.js';
import { type BackupRouteDeps, backupRoutes } from '../backup/routes.js';
import { type CollectDeps, collectRoutes } from '../collect/routes.js';
import { doctorRoutes, type JobDeps, rollupRoutes } from '../jobs/routes.js';
import { type PushRouteDeps, pushRoute } from '../push/route.js';
import { type PushSettingsDeps, pushSettingsRoutes } from '../push/settings-routes.js';
import { type ExportDeps, exportRoute } from '../reports/export-route.js';
import { type IssueRouteDeps, issueRoutes } from '../reports/issue-routes.js';
import { lossRoute } from '../reports/loss-route.js';
import { pushRoutes } from '../reports/push-routes.js';
import { type QuestionDeps, questionRoutes } from '../reports/question-routes.js';
import { type RecordDeps, recordRoutes } from '../reports/record-routes.js';
import { type ReportDeps, reportRoutes } from '../reports/routes.js';
import { DUTIES, dutiesOf, type Role } from '../roles.js';
import type { Meters } from '../watch/meters.js';
import { watchRequests } from '../watch/watch-requests.js';
import { type CloudCallDeps, cloudCall } from '../wechat/cloud/cloud-call.js';
import { isWechatUrl, refuseUrl } from '../wechat/dialect.js';
import { type WechatKeyDeps, wechatKeyRoutes } from '../wechat/security/routes.js';
import { type WechatDeps, wechatApi } from '../wechat/wechat-api.js';
import { serveAgentFile } from './agent-file.js';
import { boundConnections } from './bound-connections.js';
import { buildLateSerializer, late } from './compile-late.js';
import { serveDashboard } from './dashboard.js';
import { type HealthDeps, healthRoutes } from './health.js';
import { refuseUnknown } from './nothing-here.js';
import { problemOf } from './problem.js';
import { bodyTooLarge } from './read-body.js';
import { readJson } from './read-json.js';
import { Refusal } from './refusal.js';

export interface AppDeps
  extends CollectDeps,
    ReportDeps,
    QuestionDeps,
    AppRouteDeps,
    OidcRouteDeps,
    AccessRouteDeps,
    JobDeps,
    HealthDeps,
    BackupRouteDeps,
    ExportDeps,
    RecordDeps,
    IssueRouteDeps,
    WechatKeyDeps,
    PushSettingsDeps,
    PushRouteDeps {
  cloud: CloudCallDeps;
  wechat: WechatDeps;
  meters: Meters;
  log: Logger;
  /** A new id for a request, as its answer and the log name it. */
  nextRequestId: () => string;
  role: Role;
  trustProxy: boolean;
  tls: { cert: Buffer; key: Buffer } | undefined;
  /** From 0 to 1. */
  random: () => number;
}

/**
 * Limits of the listener. A device sends its headers and a body of 64 KB in one go; whoever takes longer holds a
 * connection that others need.
 */
const LISTENER = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** How often the two are looked at. */
  connectionsCheckingInterval: 5_000,
};

/** Senders remembered by the limits on how much one may send. The one not heard of for longest is forgotten first. */
const MAX_SENDERS = 50_000;

/** Agents that are turned away together shall not come back together. Unit: s. */
const RETRY = { after: 5, spread: 30 };

/** The routes of the process's role on one Fastify instance, not yet listening. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const answerError = createAnswerError(deps);
  const duties = dutiesOf(deps.role);
  const [collects, reports, runsJobs] = DUTIES.map((duty) => duties.includes(duty));
  const wechat = { ...deps.wechat, count: (errcode: number) => deps.meters.wechatAnswered(errcode) };
  const app = Fastify({
    loggerInstance: deps.log,
    schemaController: { compilersFactory: { buildSerializer: buildLateSerializer } },
    logController: new LogController({ disableRequestLogging: true }),
    // One proxy, the owner's: what stands further left in X-Forwarded-For was written by the sender.
    trustProxy: deps.trustProxy && ((_address: string, hop: number) => hop < 1),
    ...(deps.tls ? { https: { ...deps.tls, ...LISTENER } } : { http: LISTENER }),
    requestTimeout: LISTENER.requestTimeout,
    genReqId: deps.nextRequestId,
    frameworkErrors: (error, request, reply) =>
      reports && isWechatUrl(request.url) ? refuseUrl(request, reply, wechat) : answerError(error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as FastifyInstance;
  boundConnections(app.server, deps);

  // Queries are text, so Fastify's own validator turns `limit=5` into a number; a body says what it means.
  app.setValidatorCompiler(({ schema, httpPart }) =>
    httpPart === 'body' ? strictBody(schema as TSchema) : coercing(schema as TSchema),
  );
  app.setErrorHandler(answerError);
  readJson(app, 'remove');
  watchRequests(app, deps.meters);

  await app.register(cookie);
  await app.register(rateLimit, {
    global: false,
    cache: MAX_SENDERS,
    errorResponseBuilder: (_request, { after }) =>
      new Refusal('TOO_MANY_REQUESTS', `Too many tries. Wait ${after} and try again.`),
  });
  // Only routes with a tag are for others to call.
  await app.register(swagger, {
    hideUntagged: true,
    openapi: { openapi: '3.1.0', info: { title: 'Minilens', version: '1', description: 'Collector and report API' } },
  });

  if (reports) {
    await app.register(wechatApi, wechat);
    await app.register(cloudCall, deps.cloud);
  }
  if (collects) {
    await app.register(collectRoutes, deps);
    await app.register(pushRoute, deps);
  }
  await app.register(async (ours) => {
    writeAuditLog(ours, deps.people.audit);
    if (reports) {
      await ours.register(reportRoutes, deps);
      await ours.register(lossRoute, deps);
      await ours.register(pushRoutes, deps);
      await ours.register(questionRoutes, deps);
      await ours.register(exportRoute, deps);
      await ours.register(recordRoutes, deps);
      await ours.register(issueRoutes, deps);
      for (const routes of [sessionRoutes, ownAccountRoutes, memberRoutes, userRoutes, auditRoutes])
        await ours.register(routes, deps);
      await ours.register(oidcRoutes, deps);
      await ours.register(appRoutes, deps);
      await ours.register(accessRoutes, deps);
      await ours.register(wechatKeyRoutes, deps);
      await ours.register(pushSettingsRoutes, deps);
      ours.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
    }
    if (reports || runsJobs) await ours.register(rollupRoutes, deps);
    await ours.register(doctorRoutes, deps);
    await ours.register(backupRoutes, deps);
    await ours.register(healthRoutes, deps);
  });
  if (reports) {
    await app.register(serveAgentFile, deps);
    await app.register(serveDashboard, deps);
  } else {
    app.setNotFoundHandler(async (request) => refuseUnknown(request, deps.role));
  }
  return app;
}

function strictBody(schema: TSchema) {
  const compiled = late(() => Compile(schema));
  return (value: unknown) => {
    if (compiled().Check(value)) return { value };
    return { error: new Error(problemOf(compiled().Errors(value), 'The body')) };
  };
}

/** What the schema does not name never reaches a route: whoever passes a query on passes on nothing a stranger made up. */
function coercing(schema: TSchema) {
  const compiledLate = late(() => Compile(schema));
  return (value: unknown) => {
    const compiled = compiledLate();
    const converted = compiled.Default(compiled.Convert(compiled.Clean({ ...(value as object) })));
    if (compiled.Check(converted)) return { value: converted };
    return { error: new Error(problemOf(compiled.Errors(converted), 'The query').replace(/^\//, '')) };
  };
}

/** Errors of Fastify's own that have a name with us. */
const KNOWN: Record<string, (error: FastifyError, request: FastifyRequest) => Refusal> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (_error, request) => bodyTooLarge(request),
  FST_ERR_VALIDATION: (error, request) =>
    new Refusal(request.routeOptions.url === '/v1/collect' ? 'INVALID_ENVELOPE' : 'INVALID_REQUEST', error.message),
};

/** The answer names the request as the log does, so that whoever was refused can be helped. */
const createAnswerError =
  ({ random, meters }: AppDeps) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const refusal = asRefusal(error, request);
    const { code, statusCode, body, retryAfterSeconds = statusCode === 503 ? RETRY.after : undefined } = refusal;
    meters.refused(code);
    if (statusCode >= 500) {
      const about = { route: request.routeOptions.url, code, durationMs: Math.round(reply.elapsedTime) };
      const level = code === 'INTERNAL' ? 'error' : 'warn';
      request.log[level]({ err: refusal.cause ?? error, ...about }, 'A request failed');
    }
    if (retryAfterSeconds !== undefined)
      reply.header('retry-after', retryAfterSeconds + Math.floor(random() * RETRY.spread));
    return reply.code(statusCode).header('x-request-id', request.id).send(body);
  };

function asRefusal(error: FastifyError, request: FastifyRequest): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreRestoring) return new Refusal('STORE_AWAY', error.message, { cause: error });
  if (isStoreAway(error))
    return new Refusal(
      'STORE_AWAY',
      'The event store, or a node of it, does not answer. Events are kept meanwhile; ask again later.',
      { cause: error },
    );
  if (isTooLarge(error))
    return new Refusal(
      'QUESTION_TOO_LARGE',
      'The answer takes too much time or memory. Ask for a shorter range, or narrow it further.',
      { cause: error },
    );
  const known = KNOWN[error.code];
  if (known !== undefined) return known(error, request);
  if (error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
    return new Refusal('INVALID_JSON', 'The body is not JSON.', { cause: error });
  }
  const { statusCode = 500 } = error;
  if (statusCode === 403 || statusCode === 404)
    return new Refusal('NOT_FOUND', 'Nothing answers at this address.', { cause: error });
  if (statusCode < 500) return new Refusal('INVALID_REQUEST', error.message, { cause: error });
  return new Refusal(
    'INTERNAL',
    `Something went wrong here; the log says what, under request ${request.id}. Try again later.`,
    { cause: error },
  );
}
