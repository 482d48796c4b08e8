import { CLOUD_APIS } from '@minilens/wechat/cloud/api-names';
import { type CloudRequest, decodeCloudRequest, encodeCloudResponse } from '@minilens/wechat/cloud/messages';
import { parseTc3, tc3StringToSign, verifyTc3 } from '@minilens/wechat/cloud/tc3';
import type { Endpoint } from '@minilens/wechat/endpoints';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { isRefusal } from '../../http/refusal.js';
import type { UsedMessages } from '../security/used-messages.js';
import type { WechatKeys } from '../security/wechat-keys.js';
import type { LentTokens } from './lent-tokens.js';
import { readForm } from './read-form.js';

export interface CloudCallDeps {
  keys: Pick<WechatKeys, 'findCloud'>;
  usedMessages: UsedMessages;
  lentTokens: LentTokens;
  /** Unit: ms since the Unix epoch. */
  now(): number;
}

/** Beyond it a call is none of these. Unit: bytes. Source: that of the APIs behind, with room for the form. */
const BODY_LIMIT_BYTES = 131_072;

/** How long a signature may last, and how far the clock of a caller may be ahead. Unit: s. */
const MAX_EXPIRY_S = 600;
const MAX_AHEAD_S = 300;

/** What must be signed, so that nobody on the way can change it. */
const SIGNED_PARAMS = ['action', 'apiname', 'requestdata'];
const SIGNED_HEADERS = ['host', 'content-type'];

/** With exactly this type, the SDK takes the body for an error of the gateway. */
const GATEWAY_ERROR_TYPE = 'application/json; charset=utf-8';

/** A call that does not reach an API. The SDK turns the code into a number of its own. */
class GatewayError extends Error {
  constructor(
    readonly code: 'INVALID_PARAM' | 'INVALID_COMMON_PARAM' | 'SIGN_PARAM_INVALID' | 'SYS_ERR',
    message: string,
  ) {
    super(message);
  }
}

/**
 * POST /admin: what `wx-server-sdk` sends for `cloud.openapi.…`. Every call is put to the API itself, inside this
 * process, so that both ways cannot differ.
 */
export const cloudCall: FastifyPluginAsync<CloudCallDeps> = async (app, deps) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler((error, request, reply) => {
    const known = asGatewayError(error);
    if (known === undefined)
      request.log.error({ err: error, route: request.routeOptions.url, code: 'SYS_ERR' }, 'A cloud call failed');
    const { code, message } = known ?? { code: 'SYS_ERR', message: 'system error' };
    return reply
      .code(200)
      .header('content-type', GATEWAY_ERROR_TYPE)
      .send(JSON.stringify({ code, message, requestId: request.id }));
  });

  app.post('/admin', async (request, reply) => {
    const form = await readForm(request.headers['content-type'] ?? '', request.body as Buffer | undefined);
    if (form === undefined) throw new GatewayError('INVALID_COMMON_PARAM', 'The body is no multipart form.');
    const appid = await authenticate(request, form, deps);
    const { endpoint, asked } = readCall(form);
    if (asked.appid !== '' && asked.appid !== appid)
      throw new GatewayError('INVALID_PARAM', `These credentials are not of ${asked.appid}.`);
    const answer = await deps.lentTokens.lend(appid, (token) =>
      app.inject({ ...toRequest(endpoint, asked, token), remoteAddress: request.ip }),
    );
    const { 'content-type': contentType } = answer.headers;
    return reply
      .header('content-type', 'application/octet-stream')
      .send(Buffer.from(encodeCloudResponse(answer.body, String(contentType))));
  });
};

function asGatewayError(error: unknown): Pick<GatewayError, 'code' | 'message'> | undefined {
  if (error instanceof GatewayError) return error;
  if (isRefusal(error, 'DATABASE_DOWN')) return { code: 'SYS_ERR', message: 'The accounts database does not answer.' };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('FST_ERR_CTP_')
    ? { code: 'INVALID_COMMON_PARAM', message: 'The body is too large, or was cut short.' }
    : undefined;
}

/** The app whose credentials signed the call. Throws GatewayError. */
async function authenticate(
  { headers, host, url }: FastifyRequest,
  params: ReadonlyMap<string, Uint8Array>,
  { keys, usedMessages, now }: CloudCallDeps,
): Promise<string> {
  const refuse = (message: string) => new GatewayError('SIGN_PARAM_INVALID', message);
  const authorization = parseTc3(headers.authorization ?? '');
  if (authorization === undefined) throw refuse('The Authorization header is missing or is not TC3-HMAC-SHA256.');
  const timestamp = secondsOf(headers['x-timestamp']);
  if (timestamp === undefined) throw refuse('X-Timestamp is missing or no number of seconds.');
  const expiryS = Math.min(secondsOf(headers['x-signature-expires']) ?? MAX_EXPIRY_S, MAX_EXPIRY_S);
  const nowS = Math.floor(now() / 1000);
  if (nowS > timestamp + expiryS || nowS < timestamp - MAX_AHEAD_S)
    throw refuse('The signature has expired, or a clock is wrong.');
  if (authorization.date !== new Date(timestamp * 1000).toISOString().slice(0, 10))
    throw refuse('The day of the credential is not that of X-Timestamp.');
  const isSigned =
    SIGNED_HEADERS.every((name) => authorization.signedHeaders.includes(name)) &&
    SIGNED_PARAMS.every((name) => !params.get(name)?.length || authorization.signedParams.includes(name));
  if (!isSigned) throw refuse(`Sign at least ${[...SIGNED_HEADERS, ...SIGNED_PARAMS].join(', ')}.`);

  const [path, query = ''] = url.split(/\?(.*)/s);
  const received = new Map(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]));
  const call = { url: `//${host}${path}`, query, headers: received, params, timestamp };
  const credentials = await keys.findCloud(authorization.secretId);
  if (credentials === undefined || !verifyTc3(call, authorization, credentials.secretKey))
    throw refuse('The secretId is unknown here, or the signature is not made with its secretKey.');
  const message = Buffer.from(`${authorization.secretId}\n${tc3StringToSign(call, authorization)}`);
  if (!(await usedMessages.takeOnce(message, (timestamp + expiryS + 1) * 1000)))
    throw refuse('This very call was made before.');
  return credentials.appid;
}

const secondsOf = (header: unknown) =>
  typeof header === 'string' && /^\d{1,11}$/.test(header) ? Number(header) : undefined;

/** What is asked of which API. Throws GatewayError. */
function readCall(form: ReadonlyMap<string, Uint8Array>): { endpoint: Endpoint; asked: CloudRequest } {
  const text = (name: string) => Buffer.from(form.get(name) ?? []).toString('utf8');
  if (text('action') !== 'wx.openApi')
    throw new GatewayError('INVALID_PARAM', 'Only cloud.openapi is served here: action wx.openApi.');
  const endpoint = CLOUD_APIS.get(text('apiname'));
  if (endpoint === undefined)
    throw new GatewayError('INVALID_PARAM', `There is no API ${text('apiname').slice(0, 100)} here.`);
  const asked = decodeCloudRequest(form.get('requestdata') ?? Buffer.alloc(0));
  if (asked === undefined) throw new GatewayError('INVALID_PARAM', 'requestData is no call of an API.');
  return { endpoint, asked };
}

/** The same call as a client of the API itself would make it. Throws GatewayError for arguments that are no JSON. */
function toRequest({ method, path }: Endpoint, { args }: CloudRequest, token: string) {
  const fields = new Map<string, { json: string; value: unknown }>();
  for (const { key, json } of args) {
    const field = { json, value: parseArgument(key, json) };
    fields.set(key, field);
    // The SDK turns camelCase into snake_case, which the few APIs that want camelCase do not know.
    fields.set(
      key.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
      field,
    );
  }
  if (method === 'POST') {
    // As it came: parsing would round numbers that are too large.
    const payload = `{${[...fields].map(([key, { json }]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
    return { method, url: path, query: { access_token: token }, payload } as const;
  }
  const texts = [...fields].map(([key, { json, value }]) => [key, typeof value === 'string' ? value : json]);
  return { method, url: path, query: { ...Object.fromEntries(texts), access_token: token } } as const;
}

function parseArgument(key: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new GatewayError('INVALID_PARAM', `The argument ${key.slice(0, 100)} is no JSON.`);
  }
}
