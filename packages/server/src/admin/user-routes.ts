import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { NewUserBody, OneTimeLink, User } from '@minilens/wire/accounts-api';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import { Type } from 'typebox';
import { Refusal } from '../http/refusal.js';
import { noteForAudit } from './audit.js';
import { accountId } from './identify.js';
import { invitationPath } from './member-routes.js';
import type { SessionRouteDeps } from './session-routes.js';

const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody, 404: RefusalBody, 409: RefusalBody };

const Done = Type.Object({});
const UserParams = Type.Object({ login: Type.String({ maxLength: 64 }) });

/** The accounts of this server, for administrators and the command line. */
export const userRoutes: FastifyPluginAsyncTypebox<SessionRouteDeps> = async (app, { people, identify }) => {
  const { accounts, members, invitations, secondFactors } = people;
  const find = async (login: string) => {
    const account = await accounts.findByLogin(login);
    if (account === undefined) throw new Refusal('NOT_FOUND', `Nobody here is called ${login}.`);
    return account;
  };

  app.get(
    '/api/v1/users',
    {
      schema: {
        summary: 'Who has an account here',
        tags: ['users'],
        response: { 200: Type.Array(User), ...refusals },
      },
    },
    async (request) => {
      await identify.forServer(request, 'manageUsers');
      return Promise.all(
        (await accounts.list()).map(async (account) => ({
          login: account.login,
          isAdministrator: account.role === 'administrator',
          hasSecondFactor: account.hasSecondFactor,
          createdAt: account.createdAt,
          apps: await members.appsOf(account),
        })),
      );
    },
  );

  app.post(
    '/api/v1/users',
    {
      config: { audit: 'invite_user' },
      schema: {
        summary: 'Invite somebody to an account; the link is told this once, works once, and ends after a week',
        tags: ['users'],
        body: NewUserBody,
        response: { 201: OneTimeLink, ...refusals },
      },
    },
    async (request, reply) => {
      const { account } = await identify.forServer(request, 'manageUsers');
      const { login, isAdministrator } = request.body;
      const role = isAdministrator ? 'administrator' : 'member';
      const { token, endsAt } = await invitations.toServer(login, role, accountId(account));
      noteForAudit(request, { about: `${login}: ${role}` });
      return reply.code(201).send({ path: invitationPath(token), endsAt });
    },
  );

  app.post(
    '/api/v1/users/:login/password',
    {
      config: { audit: 'let_reset_password' },
      schema: {
        summary: 'Let somebody choose another password; the link is told this once, works once, and ends after a day',
        tags: ['users'],
        params: UserParams,
        response: { 201: OneTimeLink, ...refusals },
      },
    },
    async (request, reply) => {
      await identify.forServer(request, 'manageUsers');
      const { token, endsAt } = await accounts.openReset(await find(request.params.login));
      return reply.code(201).send({ path: `/password#${token}`, endsAt });
    },
  );

  app.post(
    '/api/v1/users/:login/remove',
    {
      config: { audit: 'remove_user' },
      schema: {
        summary: 'Remove an account, with its sessions and API tokens',
        tags: ['users'],
        params: UserParams,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      await identify.forServer(request, 'manageUsers');
      await accounts.remove(await find(request.params.login));
      return {};
    },
  );

  app.post(
    '/api/v1/users/:login/second-factor-off',
    {
      config: { audit: 'disable_second_factor' },
      schema: {
        summary: 'Turn the second factor of somebody off who lost it',
        tags: ['users'],
        params: UserParams,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      await identify.forServer(request, 'manageUsers');
      await secondFactors.disable(await find(request.params.login));
      return {};
    },
  );
};
