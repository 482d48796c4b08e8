import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import {
  CloudCredentials,
  CreateKeysBody,
  NewWechatKey,
  RevokeKeyBody,
  RotateKeyBody,
  SecurityBody,
  WechatKeys as State,
} from '@minilens/wire/wechat-keys';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { noteForAudit } from '../../admin/audit.js';
import type { Identify } from '../../admin/identify.js';
import type { WechatKeys } from './wechat-keys.js';

export interface WechatKeyDeps {
  identify: Identify;
  wechatKeys: WechatKeys;
}

const HOUR_MS = 3_600_000;

const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody, 404: RefusalBody };

const AppParams = Type.Object({ app: Type.String({ maxLength: 18 }) });

const about = { tags: ['apps'], params: AppParams };

/** The keys of signature and encryption, and the credentials of cloud calls. For owners of the app only. */
export const wechatKeyRoutes: FastifyPluginAsyncTypebox<WechatKeyDeps> = async (app, { identify, wechatKeys }) => {
  const appOf = async (request: FastifyRequest & { params: { app: string } }) =>
    (await identify.forApp(request, request.params.app, 'manageAccess')).appid;

  app.get(
    '/api/v1/apps/:app/wechat-keys',
    {
      schema: {
        ...about,
        summary: 'Its keys of the WeChat APIs, without secrets',
        response: { 200: State, ...refusals },
      },
    },
    async (request) => wechatKeys.state(await appOf(request)),
  );

  app.post(
    '/api/v1/apps/:app/wechat-keys',
    {
      config: { audit: 'make_keys' },
      schema: {
        ...about,
        summary: 'Make the keys of signature and encryption that it lacks; secrets are told this once',
        body: CreateKeysBody,
        response: { 201: Type.Array(NewWechatKey), ...refusals },
      },
    },
    async (request, reply) => {
      const appid = await appOf(request);
      const made = await wechatKeys.create(appid, request.body);
      if ((await wechatKeys.mode(appid)) === 'off') await wechatKeys.setMode(appid, 'optional');
      return reply.code(201).send(made);
    },
  );

  app.post(
    '/api/v1/apps/:app/wechat-keys/rotate',
    {
      config: { audit: 'rotate_key' },
      schema: {
        ...about,
        summary: 'Make a key that follows the one in use, which counts for a while longer',
        body: RotateKeyBody,
        response: { 201: NewWechatKey, ...refusals },
      },
    },
    async (request, reply) => {
      const { kind, overlapHours, ...wanted } = request.body;
      noteForAudit(request, { about: kind });
      const made = await wechatKeys.rotate(await appOf(request), kind, {
        ...wanted,
        overlapMs: Math.round(overlapHours * HOUR_MS),
      });
      return reply.code(201).send(made);
    },
  );

  app.post(
    '/api/v1/apps/:app/wechat-keys/revoke',
    {
      config: { audit: 'revoke_key' },
      schema: { ...about, summary: 'End a key at once', body: RevokeKeyBody, response: { 200: State, ...refusals } },
    },
    async (request) => {
      const appid = await appOf(request);
      await wechatKeys.revoke(appid, request.body.serial);
      noteForAudit(request, { about: request.body.serial });
      return wechatKeys.state(appid);
    },
  );

  app.put(
    '/api/v1/apps/:app/wechat-security',
    {
      config: { audit: 'change_security' },
      schema: {
        ...about,
        summary: 'Say whether calls of the WeChat APIs may or must be signed and encrypted',
        body: SecurityBody,
        response: { 200: State, ...refusals },
      },
    },
    async (request) => {
      const appid = await appOf(request);
      await wechatKeys.setMode(appid, request.body.mode);
      noteForAudit(request, { about: request.body.mode });
      return wechatKeys.state(appid);
    },
  );

  app.post(
    '/api/v1/apps/:app/cloud-credentials',
    {
      config: { audit: 'make_cloud_credentials' },
      schema: {
        ...about,
        summary: 'Make credentials for cloud calls; the key is told this once',
        response: { 201: CloudCredentials, ...refusals },
      },
    },
    async (request, reply) => reply.code(201).send(await wechatKeys.issueCloud(await appOf(request))),
  );
};
