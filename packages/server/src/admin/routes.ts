import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { lastEventAt } from '@minilens/store/calls';
import type { Store } from '@minilens/store/connect';
import { AgentConfig, CurrentAgentConfig } from '@minilens/wire/agent-config';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import {
  AppDetail,
  AppSummary,
  Keeping,
  KeepingBody,
  LoginBody,
  Me,
  NewApp,
  NewAppBody,
  SetupBody,
  SetupState,
} from '@minilens/wire/report-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { publicOrigin } from '../http/public-origin.js';
import { Refusal } from '../http/refusal.js';
import { type Account, type Accounts, LOGIN_MS } from './accounts.js';
import type { Apps } from './apps.js';
import { type Identify, LOGIN_COOKIE } from './identify.js';

export interface AdminDeps {
  accounts: Accounts;
  apps: Apps;
  identify: Identify;
  store: Store;
  /** Origin that devices are told to send to, where it is configured. */
  publicUrl: string | undefined;
}

/** Guesses at a password or setup token from one address. */
const GUESSES = { max: 10, timeWindow: '1 minute' };

const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody, 409: RefusalBody, 429: RefusalBody };

const AppParams = Type.Object({ app: Type.String({ maxLength: 18 }) });

/** Accounts and apps. */
export const adminRoutes: FastifyPluginAsyncTypebox<AdminDeps> = async (app, deps) => {
  const { accounts, apps, identify, store } = deps;
  const summaries = async (account: Account) => {
    const all = await apps.list();
    const mine = await Promise.all(
      all.map(async (entry) =>
        (await accounts.mayRead(account, entry.appid)) ? [{ appid: entry.appid, name: entry.name }] : [],
      ),
    );
    return mine.flat();
  };

  const signIn = async (request: FastifyRequest, reply: FastifyReply, account: Account) => {
    const token = await accounts.openLogin(account);
    reply.setCookie(LOGIN_COOKIE, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: request.protocol === 'https',
      maxAge: LOGIN_MS / 1000,
    });
    return { login: account.login, apps: await summaries(account) };
  };

  app.get(
    '/api/v1/setup',
    {
      schema: {
        summary: 'Whether the first account is still to be made',
        tags: ['accounts'],
        response: { 200: SetupState },
      },
    },
    async () => ({
      needed: await accounts.isEmpty(),
    }),
  );

  app.post(
    '/api/v1/setup',
    {
      config: { rateLimit: GUESSES },
      schema: {
        summary: 'Make the first account',
        tags: ['accounts'],
        body: SetupBody,
        response: { 200: Me, ...refusals },
      },
    },
    async (request, reply) => {
      const { token, login, password } = request.body;
      if (!(await accounts.isEmpty()))
        throw new Refusal('SETUP_DONE', 'The first account exists already. Sign in with it.');
      if (!(await accounts.isSetupToken(token))) {
        throw new Refusal(
          'SETUP_TOKEN',
          'This setup link is not one that a server printed when it started, or is a week old. Copy it from the terminal, or start the server again for a new one.',
        );
      }
      return signIn(request, reply, await accounts.createFirst(login, password));
    },
  );

  app.post(
    '/api/v1/login',
    {
      config: { rateLimit: GUESSES },
      schema: { summary: 'Sign in', tags: ['accounts'], body: LoginBody, response: { 200: Me, ...refusals } },
    },
    async (request, reply) => signIn(request, reply, await accounts.signIn(request.body.login, request.body.password)),
  );

  app.post('/api/v1/logout', { schema: { summary: 'Sign out', tags: ['accounts'] } }, async (request, reply) => {
    const token = request.cookies[LOGIN_COOKIE];
    if (token !== undefined) await accounts.closeLogin(token);
    return reply.clearCookie(LOGIN_COOKIE, { path: '/' }).code(204).send();
  });

  app.get(
    '/api/v1/me',
    {
      schema: { summary: 'Who I am and which apps I may read', tags: ['accounts'], response: { 200: Me, ...refusals } },
    },
    async (request) => {
      const account = await identify.account(request);
      return { login: account.login, apps: await summaries(account) };
    },
  );

  app.get(
    '/api/v1/apps',
    { schema: { summary: 'Apps I may read', tags: ['apps'], response: { 200: Type.Array(AppSummary), ...refusals } } },
    async (request) => summaries(await identify.account(request)),
  );

  app.post(
    '/api/v1/apps',
    { schema: { summary: 'Add an app', tags: ['apps'], body: NewAppBody, response: { 201: NewApp, ...refusals } } },
    async (request, reply) => {
      await identify.owner(request);
      const { appid, name } = request.body;
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
      const { appid, name, agentKey, timezone } = await identify.reader(request, request.params.app);
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
    async (request) => (await identify.reader(request, request.params.app)).agentConfig,
  );

  app.put(
    '/api/v1/apps/:app/agent-config',
    {
      schema: {
        summary: 'Replace the remote configuration of its agents; {} removes it',
        tags: ['apps'],
        params: AppParams,
        body: AgentConfig,
        response: { 200: CurrentAgentConfig, ...refusals },
      },
    },
    async (request) => {
      await identify.owner(request);
      const { appid } = await identify.reader(request, request.params.app);
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
    async (request) => (await identify.reader(request, request.params.app)).keeping,
  );

  app.put(
    '/api/v1/apps/:app/keeping',
    {
      schema: {
        summary: 'Change how long its data is kept',
        tags: ['apps'],
        params: AppParams,
        body: KeepingBody,
        response: { 200: Keeping, ...refusals },
      },
    },
    async (request) => {
      await identify.owner(request);
      const { appid } = await identify.reader(request, request.params.app);
      return apps.keep(appid, request.body);
    },
  );
};
