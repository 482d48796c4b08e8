import { randomBytes } from 'node:crypto';
import { PLATFORM_ORIGIN } from '@minilens/wechat/endpoints';
import type { Random } from '@minilens/wechat/security/envelope';
import { SECURITY_HEADERS } from '@minilens/wechat/security/headers';
import { type OpenedRequest, openRequest, type ReceivedRequest } from '@minilens/wechat/security/request';
import { CLOCK_WINDOW_S, sealResponse } from '@minilens/wechat/security/response';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../caller.js';
import { appidOf } from '../gates.js';
import { WechatError } from '../wechat-error.js';
import type { UsedMessages } from './used-messages.js';
import type { KeysInForce, WechatKeys } from './wechat-keys.js';

export interface SecurityDeps {
  keys: Pick<WechatKeys, 'mode' | 'inForce'>;
  usedMessages: UsedMessages;
  /** Origin under which clients reach the server, where it is configured. */
  publicUrl: string | undefined;
  /** Whether a request comes from this process itself, so that nobody can have read or changed it. */
  isOurOwn(request: FastifyRequest): boolean;
}

/** The hooks of a route whose requests may be signed and encrypted. */
export interface Exchange {
  /** Replaces a sealed body by what it holds. Throws 40231–40240. */
  preHandler(request: FastifyRequest): Promise<void>;
  /** Seals the answer to a sealed request, whatever it is. */
  onSend(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown>;
}

/** Where a request keeps what its answer is sealed with. */
const OPENED = 'wechatOpened';
type Opened = { opened: OpenedRequest; keys: KeysInForce };

export function createExchange(
  app: FastifyInstance,
  { keys, usedMessages, publicUrl, isOurOwn, now }: SecurityDeps & { now(): number },
  random: Random = randomBytes,
): Exchange {
  app.decorateRequest(OPENED, null);
  return {
    async preHandler(request) {
      if (isOurOwn(request)) return;
      const { appid, security: mode } = callerOf(request);
      const isSealed = Object.values(REQUEST_HEADERS).some((name) => headerOf(request, name) !== undefined);
      if (!isSealed && mode !== 'required') return;
      const received = readSealed(request);
      if (received.appid !== appid)
        throw new WechatError((await keys.mode(received.appid)) === undefined ? 40236 : 40237);
      if (Math.abs(Math.floor(now() / 1000) - received.timestamp) > CLOCK_WINDOW_S) throw new WechatError(40240);
      if (mode === 'off') throw new WechatError(40238);
      const inForce = await keys.inForce(appid);
      if (inForce.symmetrics.length === 0) throw new WechatError(40238);
      if (inForce.developers.length === 0) throw new WechatError(40239);
      const opened = openRequest(received, {
        urlpaths: urlpathsOf(request, publicUrl),
        symmetrics: inForce.symmetrics,
        signers: inForce.developers,
      });
      if (opened === 'signature') throw new WechatError(40234);
      if (opened === 'content') throw new WechatError(40235);
      const endsAt = (received.timestamp + CLOCK_WINDOW_S + 1) * 1000;
      if (!(await usedMessages.takeOnce(opened.message, endsAt))) throw new WechatError(40234);
      request.body = Buffer.from(opened.object);
      request.setDecorator<Opened>(OPENED, { opened, keys: inForce });
    },

    async onSend(request, reply, payload) {
      const sealedWith = request.getDecorator<Opened | null>(OPENED);
      if (sealedWith === null || typeof payload !== 'string') return payload;
      const { urlpath, symmetric } = sealedWith.opened;
      const [platform, deprecated] = sealedWith.keys.platforms;
      if (platform === undefined) throw new Error(`${appidOf(request)} has no key that signs answers`);
      const scope = { urlpath, appid: appidOf(request), timestamp: Math.floor(now() / 1000) };
      const sealed = sealResponse(payload, scope, { symmetric, platform, deprecated, random });
      reply.headers({
        [SECURITY_HEADERS.appid]: scope.appid,
        [SECURITY_HEADERS.timestamp]: String(scope.timestamp),
        [SECURITY_HEADERS.serial]: platform.serial,
        [SECURITY_HEADERS.signature]: sealed.signature,
        ...(deprecated && {
          [SECURITY_HEADERS.deprecatedSerial]: deprecated.serial,
          [SECURITY_HEADERS.deprecatedSignature]: sealed.deprecatedSignature,
        }),
      });
      return sealed.body;
    },
  };
}

/** What a client sends. Of the serial the platform has a code for its absence, but no client sends it. */
const REQUEST_HEADERS = {
  appid: SECURITY_HEADERS.appid,
  timestamp: SECURITY_HEADERS.timestamp,
  signature: SECURITY_HEADERS.signature,
};

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) || undefined;
}

/** Throws for the first header that is missing. */
function readSealed(request: FastifyRequest): ReceivedRequest {
  const timestamp = headerOf(request, REQUEST_HEADERS.timestamp);
  const signature = headerOf(request, REQUEST_HEADERS.signature);
  const appid = headerOf(request, REQUEST_HEADERS.appid);
  if (timestamp === undefined) throw new WechatError(40231);
  if (signature === undefined) throw new WechatError(40232);
  if (appid === undefined) throw new WechatError(40233);
  if (!/^\d{1,11}$/.test(timestamp)) throw new WechatError(40240);
  const { body } = request;
  return { timestamp: Number(timestamp), signature, appid, body: body instanceof Uint8Array ? body : Buffer.alloc(0) };
}

/**
 * The URLs that a client may have signed: the platform's, which some go on signing after their base URL is changed, the
 * one that it called, by either scheme since a proxy may stand between, and the configured one.
 */
function urlpathsOf({ protocol, host, url }: FastifyRequest, publicUrl: string | undefined): string[] {
  const path = url.split('?', 1)[0];
  const other = protocol === 'https' ? 'http' : 'https';
  const origins = [PLATFORM_ORIGIN, `${protocol}://${host}`, `${other}://${host}`];
  if (publicUrl !== undefined) origins.push(publicUrl.replace(/\/+$/, ''));
  return [...new Set(origins)].map((origin) => origin + path);
}
