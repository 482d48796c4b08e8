import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  ApiToken,
  CodeBody,
  EnrolBody,
  NewApiToken,
  NewApiTokenBody,
  NewSecondFactor,
  PasswordBody,
  RecoveryCodes,
  ResetBody,
  Session,
} from '@minilens/wire/accounts-api';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import { Type } from 'typebox';
import { Refusal } from '../http/refusal.js';
import { noteForAudit } from './audit.js';
import { GUESSES } from './guesses.js';
import { refuseForeignPage } from './same-origin.js';
import { wrongCode } from './second-factor.js';
import type { SessionRouteDeps } from './session-routes.js';

const refusals = {
  400: RefusalBody,
  401: RefusalBody,
  403: RefusalBody,
  404: RefusalBody,
  429: RefusalBody,
};

const Done = Type.Object({});
const IdParams = Type.Object({ id: Type.String({ maxLength: 64 }) });

/** What somebody does with their own account: password, sessions, second factor, API tokens. No token may do any of it. */
export const ownAccountRoutes: FastifyPluginAsyncTypebox<SessionRouteDeps> = async (app, deps) => {
  const { people, identify, publicUrl } = deps;
  const { accounts, members, sessions, secondFactors, apiTokens, signIn } = people;

  app.post(
    '/api/v1/password',
    {
      config: { rateLimit: GUESSES, audit: 'change_password' },
      schema: {
        summary: 'Change my password; all my other sessions end',
        tags: ['accounts'],
        body: PasswordBody,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      const { account, session } = await identify.person(request);
      const { current, password } = request.body;
      await signIn.withPassword(account, request.ip, () =>
        accounts.changePassword(account, current, password, session),
      );
      return {};
    },
  );

  app.post(
    '/api/v1/password/reset',
    {
      config: { rateLimit: GUESSES, audit: 'reset_password' },
      schema: {
        summary: 'Choose another password with a link of an administrator; all sessions end',
        tags: ['accounts'],
        body: ResetBody,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      refuseForeignPage(request, publicUrl);
      const { token, password } = request.body;
      const { login } = await accounts.resetPassword(token, password);
      noteForAudit(request, { who: login });
      return {};
    },
  );

  app.get(
    '/api/v1/sessions',
    {
      schema: {
        summary: 'Where I am signed in',
        tags: ['accounts'],
        response: { 200: Type.Array(Session), ...refusals },
      },
    },
    async (request) => {
      const { account, session } = await identify.person(request);
      return sessions.list(account, session);
    },
  );

  app.post(
    '/api/v1/sessions/:id/end',
    {
      config: { audit: 'end_session' },
      schema: {
        summary: 'End one of my sessions',
        tags: ['accounts'],
        params: IdParams,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      const { account } = await identify.person(request);
      if (!(await sessions.end(account, request.params.id)))
        throw new Refusal('NOT_FOUND', 'You have no such session.');
      return {};
    },
  );

  app.post(
    '/api/v1/second-factor',
    {
      config: { rateLimit: GUESSES, audit: 'enrol_second_factor' },
      schema: {
        summary: 'Begin with a second factor; it is asked for once it is confirmed',
        tags: ['accounts'],
        body: EnrolBody,
        response: { 200: NewSecondFactor, ...refusals },
      },
    },
    async (request) => {
      const { account } = await identify.person(request);
      if (!(await accounts.hasPassword(account)))
        throw new Refusal(
          'INVALID_REQUEST',
          'You sign in with OpenID Connect only: its provider asks for a second factor.',
        );
      await signIn.withPassword(account, request.ip, () =>
        accounts.checkPassword(account.login, request.body.password),
      );
      return secondFactors.enrol(account);
    },
  );

  app.post(
    '/api/v1/second-factor/confirm',
    {
      config: { rateLimit: GUESSES, audit: 'confirm_second_factor' },
      schema: {
        summary: 'Show that I can make codes; gives recovery codes, this once',
        tags: ['accounts'],
        body: CodeBody,
        response: { 200: RecoveryCodes, ...refusals },
      },
    },
    async (request) => {
      const { account } = await identify.person(request);
      return { recoveryCodes: await secondFactors.confirm(account, request.body.code) };
    },
  );

  app.post(
    '/api/v1/second-factor/disable',
    {
      config: { rateLimit: GUESSES, audit: 'disable_second_factor' },
      schema: {
        summary: 'Turn the second factor off, with a code of it',
        tags: ['accounts'],
        body: CodeBody,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      const { account } = await identify.person(request);
      if (!(await secondFactors.isOn(account))) throw wrongCode();
      await signIn.checkCode(account, request.body.code);
      await secondFactors.disable(account);
      return {};
    },
  );

  app.get(
    '/api/v1/tokens',
    {
      schema: {
        summary: 'My API tokens, without themselves',
        tags: ['accounts'],
        response: { 200: Type.Array(ApiToken), ...refusals },
      },
    },
    async (request) => apiTokens.list((await identify.person(request)).account),
  );

  app.post(
    '/api/v1/tokens',
    {
      config: { audit: 'make_token' },
      schema: {
        summary: 'Make an API token; it is told this once',
        tags: ['accounts'],
        body: NewApiTokenBody,
        response: { 201: NewApiToken, ...refusals },
      },
    },
    async (request, reply) => {
      const { account } = await identify.person(request);
      for (const appid of request.body.apps ?? [])
        if ((await members.roleOf(account, appid)) === undefined)
          throw new Refusal('NO_ACCESS', `There is no app ${appid} that you may read.`);
      noteForAudit(request, { about: `${request.body.name}: ${request.body.scopes.join(', ')}` });
      return reply.code(201).send(await apiTokens.make(account, request.body));
    },
  );

  app.post(
    '/api/v1/tokens/:id/end',
    {
      config: { audit: 'end_token' },
      schema: {
        summary: 'End one of my API tokens at once',
        tags: ['accounts'],
        params: IdParams,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      const { account } = await identify.person(request);
      const name = await apiTokens.end(account, request.params.id);
      if (name === undefined) throw new Refusal('NOT_FOUND', 'You have no such token.');
      noteForAudit(request, { about: name });
      return {};
    },
  );
};
