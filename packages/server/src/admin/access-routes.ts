import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import {
  AppAccess,
  AppAccessBody,
  AuthorizeBody,
  Authorized,
  Component,
  ComponentBody,
  EventKeys,
  NewComponent,
  NewComponentBody,
  NewSecret,
  RotateBody,
  Ticket,
} from '@minilens/wire/wechat-access';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Refusal } from '../http/refusal.js';
import type { Access } from '../wechat/access.js';
import { isListed } from '../wechat/allow-list.js';
import type { EventPusher } from '../wechat/push-events.js';
import { noteForAudit } from './audit.js';
import { bearerOf, type Identify } from './identify.js';

export interface AccessRouteDeps {
  access: Access;
  identify: Identify;
  events: EventPusher;
}

const refusals = {
  400: RefusalBody,
  401: RefusalBody,
  403: RefusalBody,
  404: RefusalBody,
  409: RefusalBody,
  500: RefusalBody,
};

const AppParams = Type.Object({ app: Type.String({ maxLength: 18 }) });
const ComponentParams = Type.Object({ component: Type.String({ maxLength: 18 }) });
const AuthorizationParams = Type.Object({
  component: Type.String({ maxLength: 18 }),
  app: Type.String({ maxLength: 18 }),
});
const Done = Type.Object({});

/**
 * Who may call the WeChat APIs. Apps are their owners' part; service providers, which act for several, are the
 * administrators', but for the ticket.
 */
export const accessRoutes: FastifyPluginAsyncTypebox<AccessRouteDeps> = async (app, deps) => {
  const { access, identify, events } = deps;
  const { appAccesses, components, tokens } = access;
  const appOf = async (request: FastifyRequest & { params: { app: string } }) =>
    (await identify.forApp(request, request.params.app, 'manageAccess')).appid;

  app.get(
    '/api/v1/apps/:app/access',
    {
      schema: {
        summary: 'Who may call the WeChat APIs as it, from where, and how often',
        tags: ['access'],
        params: AppParams,
        response: { 200: AppAccess, ...refusals },
      },
    },
    async (request) => appAccesses.read(await appOf(request)),
  );

  app.put(
    '/api/v1/apps/:app/access',
    {
      config: { audit: 'change_access' },
      schema: {
        summary: 'Change it; what is absent stays',
        tags: ['access'],
        params: AppParams,
        body: AppAccessBody,
        response: { 200: AppAccess, ...refusals },
      },
    },
    async (request) => appAccesses.change(await appOf(request), request.body),
  );

  app.post(
    '/api/v1/apps/:app/secret',
    {
      config: { audit: 'rotate_secret' },
      schema: {
        summary: 'Give it a new secret',
        tags: ['access'],
        params: AppParams,
        body: RotateBody,
        response: { 200: NewSecret, ...refusals },
      },
    },
    async (request) => appAccesses.rotate(await appOf(request), request.body.overlapSeconds * 1000),
  );

  app.post(
    '/api/v1/apps/:app/tokens/revoke',
    {
      config: { audit: 'revoke_tokens' },
      schema: {
        summary: 'End all its tokens at once',
        tags: ['access'],
        params: AppParams,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      await tokens.revoke(await appOf(request));
      return {};
    },
  );

  app.get(
    '/api/v1/components',
    {
      schema: {
        summary: 'Service providers and who authorised them',
        tags: ['access'],
        response: { 200: Type.Array(Component), ...refusals },
      },
    },
    async (request) => {
      await identify.forServer(request, 'manageComponents');
      return components.list();
    },
  );

  app.post(
    '/api/v1/components',
    {
      config: { audit: 'add_component' },
      schema: {
        summary: 'Add a service provider',
        tags: ['access'],
        body: NewComponentBody,
        response: { 201: NewComponent, ...refusals },
      },
    },
    async (request, reply) => {
      await identify.forServer(request, 'manageComponents');
      const { appid, name } = request.body;
      noteForAudit(request, { about: appid });
      return reply.code(201).send(await components.add(appid, name?.trim() || appid));
    },
  );

  app.put(
    '/api/v1/components/:component',
    {
      config: { audit: 'change_component' },
      schema: {
        summary: 'Change where it calls from and where it is told; what is absent stays',
        tags: ['access'],
        params: ComponentParams,
        body: ComponentBody,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      await identify.forServer(request, 'manageComponents');
      await components.change(request.params.component, request.body);
      return {};
    },
  );

  app.post(
    '/api/v1/components/:component/secret',
    {
      config: { audit: 'rotate_component_secret' },
      schema: {
        summary: 'Give it a new secret',
        tags: ['access'],
        params: ComponentParams,
        body: RotateBody,
        response: { 200: NewSecret, ...refusals },
      },
    },
    async (request) => {
      await identify.forServer(request, 'manageComponents');
      return components.rotate(request.params.component, request.body.overlapSeconds * 1000);
    },
  );

  app.get(
    '/api/v1/components/:component/events',
    {
      schema: {
        summary: 'What its receiver of pushes is configured with',
        tags: ['access'],
        params: ComponentParams,
        response: { 200: EventKeys, ...refusals },
      },
    },
    async (request) => {
      await identify.forServer(request, 'manageComponents');
      const { eventUrl } = await components.find(request.params.component);
      return { eventUrl, ...(await components.eventKeys(request.params.component)) };
    },
  );

  app.get(
    '/api/v1/components/:component/ticket',
    {
      schema: {
        summary: 'Its ticket in force: for administrators, and for itself with its secret as bearer token',
        tags: ['access'],
        params: ComponentParams,
        response: { 200: Ticket, ...refusals },
      },
    },
    async (request) => {
      const { component } = request.params;
      if (!(await isItself(request, component))) await identify.forServer(request, 'manageComponents');
      return components.ticket(component);
    },
  );

  app.post(
    '/api/v1/components/:component/authorizations',
    {
      config: { audit: 'authorize_component' },
      schema: {
        summary: 'Let it act for an app',
        tags: ['access'],
        params: ComponentParams,
        body: AuthorizeBody,
        response: { 200: Authorized, ...refusals },
      },
    },
    async (request) => {
      await identify.forServer(request, 'manageComponents');
      const { component } = request.params;
      const { appid, permissions, preAuthCode } = request.body;
      noteForAudit(request, { app: appid });
      const wasThere = await components.authorization(component, appid);
      const authorized = await components.authorize(component, appid, permissions, preAuthCode);
      void events.push(component, {
        InfoType: wasThere === undefined ? 'authorized' : 'updateauthorized',
        AuthorizerAppid: appid,
        AuthorizationCode: authorized.authorizationCode,
        AuthorizationCodeExpiredTime: Math.floor(authorized.expiresAt / 1000),
        PreAuthCode: preAuthCode ?? '',
      });
      return authorized;
    },
  );

  app.post(
    '/api/v1/components/:component/authorizations/:app/withdraw',
    {
      config: { audit: 'withdraw_component' },
      schema: {
        summary: 'Take that back: its tokens for the app end at once',
        tags: ['access'],
        params: AuthorizationParams,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      await identify.forServer(request, 'manageComponents');
      const { component, app: appid } = request.params;
      if (!(await components.withdraw(component, appid)))
        throw new Refusal('NOT_FOUND', `${appid} has not authorised ${component}.`);
      void events.push(component, { InfoType: 'unauthorized', AuthorizerAppid: appid });
      return {};
    },
  );

  /** Whether a component asks for itself, from where it may. */
  async function isItself(request: FastifyRequest, component: string): Promise<boolean> {
    const bearer = bearerOf(request);
    if (bearer === undefined || (await components.verifySecret(component, bearer)) !== 'ok') return false;
    const { addresses } = await components.find(component);
    if (addresses !== undefined && !isListed(addresses, request.ip))
      throw new Refusal('NO_ACCESS', `${component} is not called from ${request.ip}. Its owner says from where it is.`);
    return true;
  }
};
