import { METHODS } from 'node:http';
import { ROOTS } from '@minilens/wechat/endpoints';
import { type Errcode, errorBody } from '@minilens/wechat/errors';
import { createRid } from '@minilens/wechat/rid';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isRefusal } from '../http/refusal.js';
import { plainAddress } from './allow-list.js';
import { provenAppid, rememberCallers } from './caller.js';
import type { FailedCalls } from './failed-calls.js';
import { hideInBody, hideInUrl } from './hide-secrets.js';
import { WechatError } from './wechat-error.js';

/** As the platform writes it: `encoding`, not `charset`. */
const ANSWER_TYPE = 'application/json; encoding=utf-8';

/** A larger body is no request of these APIs. Unit: bytes. Source: our choice. */
const BODY_LIMIT_BYTES = 65_536;

/** Where a request keeps the code it was answered with. */
const ERRCODE = 'wechatErrcode';

export interface DialectDeps {
  /** Unit: ms since the Unix epoch. */
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  /** Takes note of errors whose caller is known. */
  failedCalls: Pick<FailedCalls, 'note'>;
  /** Told the code of every answer, 0 for a success. */
  count?(errcode: number): void;
}

/**
 * Makes this scope, and only this scope, speak as the platform does: status 200 whatever happens, its content type, its
 * error bodies. Bodies arrive as bytes, whatever the client calls them.
 */
export function speakWechat(app: FastifyInstance, { now, random, failedCalls, count }: DialectDeps): void {
  // Whatever Node reads as a method is answered; Fastify knows a few of them only.
  for (const method of METHODS)
    if (method !== 'CONNECT' && !app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  app.addHook('onRequest', async ({ raw }) => {
    delete raw.headers['content-type']; // even a malformed one must not stop the body from being read
  });

  rememberCallers(app);
  app.decorateRequest(ERRCODE, 0);
  app.addHook('onSend', async (_request, reply) => {
    reply.code(200).header('content-type', ANSWER_TYPE);
  });
  app.addHook('onResponse', async (request) => count?.(request.getDecorator<number>(ERRCODE)));

  app.setErrorHandler((error, request, reply) => {
    const errcode = errcodeOf(error);
    const rid = createRid(now(), random);
    if (errcode === undefined)
      request.log.error(
        { err: error, rid, route: request.routeOptions.url, code: -1, durationMs: Math.round(reply.elapsedTime) },
        'A request failed',
      );
    request.setDecorator(ERRCODE, errcode ?? -1);
    const body = errorBody(errcode ?? -1, rid, error instanceof WechatError ? error.message : undefined);
    const appid = provenAppid(request);
    if (appid !== undefined)
      failedCalls.note({
        rid,
        appid,
        atMs: now(),
        costMs: Math.round(reply.elapsedTime),
        url: hideInUrl(request.url),
        requestBody: request.body instanceof Uint8Array ? hideInBody(request.body.toString()) : '',
        responseBody: body,
        clientIp: plainAddress(request.ip),
      });
    return reply.header('x-request-id', request.id).send(body);
  });

  // Queries carry secrets and tokens, so requests are not logged with their URLs.
  app.addHook('onRoute', (route) => {
    route.logLevel = 'warn';
  });
}

/** Whether a URL is one of these APIs', also one that is too malformed for Fastify to find the scope it belongs to. */
export const isWechatUrl = (url: string): boolean =>
  ROOTS.some((root) => url.startsWith(root) && /^([/?]|$)/.test(url.slice(root.length)));

/** What is answered to a malformed URL, before any scope has it. */
export function refuseUrl(request: FastifyRequest, reply: FastifyReply, { now, random, count }: DialectDeps) {
  count?.(-1);
  return reply
    .code(200)
    .header('content-type', ANSWER_TYPE)
    .header('x-request-id', request.id)
    .send(Buffer.from(errorBody(-1, createRid(now(), random)))); // to a text Fastify would add a charset
}

/** Nothing for an error nobody foresaw. */
function errcodeOf(error: unknown): Errcode | undefined {
  if (error instanceof WechatError) return error.errcode;
  if (isRefusal(error, 'DATABASE_DOWN')) return -1;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('FST_ERR_CTP_') ? 47001 : undefined; // a body Fastify refused: too large, or cut short
}
