import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { lastEventAt } from '@minilens/store/calls';
import type { Store } from '@minilens/store/connect';
import { AgentConfig, CurrentAgentConfig } from '@minilens/wire/agent-config';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import { AppDetail, AppSummary, Keeping, KeepingBody, NewApp, NewAppBody } from '@minilens/wire/report-api';
import { Type } from 'typebox';
import { publicOrigin } from '../http/public-origin.js';
import type { Apps } from './apps.js';
import { noteForAudit } from './audit.js';
import type { Identify } from './identify.js';
import { appsOf, type People } from './people.js';

export interface AppRouteDeps {
  people: People;
  apps: Apps;
  identify: Identify;
  store: Store;
  /** Origin that devices are told to send to, where it is configured. */
  publicUrl: string | undefined;
}

const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody, 409: RefusalBody };

const AppParams = Type.Object({ app: Type.String({ maxLength: 18 }) });

/** Apps, and what their agents are told and their data is kept. */
export const appRoutes: FastifyPluginAsyncTypebox<AppRouteDeps> = async (app, deps) => {
  const { people, apps, identify, store } = deps;

  app.get(
    '/api/v1/apps',
    { schema: { summary: 'Apps I may read', tags: ['apps'], response: { 200: Type.Array(AppSummary), ...refusals } } },
    async (request) => {
      const { account, token } = await identify.caller(request);
      const mine = await appsOf({ members: people.members, apps }, account);
      return mine
        .filter(({ appid }) => token?.apps?.includes(appid) ?? true)
        .map(({ appid, name }) => ({ appid, name }));
    },
  );

  app.post(
    '/api/v1/apps',
    {
      config: { audit: 'add_app' },
      schema: { summary: 'Add an app', tags: ['apps'], body: NewAppBody, response: { 201: NewApp, ...refusals } },
    },
    async (request, reply) => {
      await identify.forServer(request, 'addApps');
      const { appid, name } = request.body;
      noteForAudit(request, { app: appid });
      return reply.code(201).send(await apps.add(appid, name?.trim() || appid));
    },
  );

  app.get(
    '/api/v1/apps/:app',
    {
      schema: {
        summary: 'What the install guide needs',
        tags: ['apps'],
        params: AppParams,
        response: { 200: AppDetail, ...refusals },
      },
    },
    async (request) => {
      const { appid, name, agentKey, timezone } = await identify.forApp(request, request.params.app, 'readReports');
      const endpoint = publicOrigin(request, deps.publicUrl);
      return { appid, name, key: agentKey, timezone, endpoint, lastEventAt: await lastEventAt(store, appid) };
    },
  );

  app.get(
    '/api/v1/apps/:app/agent-config',
    {
      schema: {
        summary: 'The remote configuration of its agents',
        tags: ['apps'],
        params: AppParams,
        response: { 200: CurrentAgentConfig, ...refusals },
      },
    },
    async (request) => (await identify.forApp(request, request.params.app, 'readReports')).agentConfig,
  );

  app.put(
    '/api/v1/apps/:app/agent-config',
    {
      config: { audit: 'configure_agents' },
      schema: {
        summary: 'Replace the remote configuration of its agents; {} removes it',
        tags: ['apps'],
        params: AppParams,
        body: AgentConfig,
        response: { 200: CurrentAgentConfig, ...refusals },
      },
    },
    async (request) => {
      const { appid } = await identify.forApp(request, request.params.app, 'configureAgents');
      return apps.configureAgents(appid, request.body);
    },
  );

  app.get(
    '/api/v1/apps/:app/keeping',
    {
      schema: {
        summary: 'How long its data is kept',
        tags: ['apps'],
        params: AppParams,
        response: { 200: Keeping, ...refusals },
      },
    },
    async (request) => (await identify.forApp(request, request.params.app, 'readReports')).keeping,
  );

  app.put(
    '/api/v1/apps/:app/keeping',
    {
      config: { audit: 'change_keeping' },
      schema: {
        summary: 'Change how long its data is kept',
        tags: ['apps'],
        params: AppParams,
        body: KeepingBody,
        response: { 200: Keeping, ...refusals },
      },
    },
    async (request) => {
      const { appid } = await identify.forApp(request, request.params.app, 'changeKeeping');
      return apps.keep(appid, request.body);
    },
  );
};
