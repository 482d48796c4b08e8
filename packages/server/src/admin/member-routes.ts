import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  AcceptBody,
  Invitation,
  InvitationTokenBody,
  Me,
  Member,
  OneTimeLink,
  OpenInvitation,
  RoleBody,
} from '@minilens/wire/accounts-api';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import { Type } from 'typebox';
import { Refusal } from '../http/refusal.js';
import { noteForAudit } from './audit.js';
import { GUESSES } from './guesses.js';
import { accountId } from './identify.js';
import { refuseForeignPage } from './same-origin.js';
import { openSession, type SessionRouteDeps } from './session-routes.js';

const refusals = {
  400: RefusalBody,
  401: RefusalBody,
  403: RefusalBody,
  404: RefusalBody,
  409: RefusalBody,
  429: RefusalBody,
};

const Done = Type.Object({});
const AppParams = Type.Object({ app: Type.String({ maxLength: 18 }) });
const MemberParams = Type.Object({ ...AppParams.properties, account: Type.String({ maxLength: 64 }) });
const InvitationParams = Type.Object({ ...AppParams.properties, id: Type.String({ maxLength: 64 }) });

/** What follows # stays in the browser. */
export const invitationPath = (token: string): string => `/invitation#${token}`;

/** Who has a part in an app, and how somebody comes to one. */
export const memberRoutes: FastifyPluginAsyncTypebox<SessionRouteDeps> = async (app, deps) => {
  const { people, identify, publicUrl } = deps;
  const { accounts, members, invitations } = people;

  app.get(
    '/api/v1/apps/:app/members',
    {
      schema: {
        summary: 'Who has which role in it',
        tags: ['members'],
        params: AppParams,
        response: { 200: Type.Array(Member), ...refusals },
      },
    },
    async (request) => members.list((await identify.forApp(request, request.params.app, 'manageMembers')).appid),
  );

  app.put(
    '/api/v1/apps/:app/members/:account',
    {
      config: { audit: 'change_member' },
      schema: {
        summary: 'Give a member another role',
        tags: ['members'],
        params: MemberParams,
        body: RoleBody,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      const { appid } = await identify.forApp(request, request.params.app, 'manageMembers');
      const { role } = request.body;
      const login = await members.change(appid, request.params.account, role);
      noteForAudit(request, { about: `${login}: ${role}` });
      return {};
    },
  );

  app.post(
    '/api/v1/apps/:app/members/:account/remove',
    {
      config: { audit: 'remove_member' },
      schema: {
        summary: 'Let a member have no part in it any more',
        tags: ['members'],
        params: MemberParams,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      const { appid } = await identify.forApp(request, request.params.app, 'manageMembers');
      noteForAudit(request, { about: await members.remove(appid, request.params.account) });
      return {};
    },
  );

  app.post(
    '/api/v1/apps/:app/leave',
    {
      config: { audit: 'leave' },
      schema: {
        summary: 'Give up my own part in it',
        tags: ['members'],
        params: AppParams,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      const { account } = await identify.person(request);
      const { appid } = await identify.forApp(request, request.params.app, 'readReports');
      await members.remove(appid, account.id);
      return {};
    },
  );

  app.get(
    '/api/v1/apps/:app/invitations',
    {
      schema: {
        summary: 'Invitations that nobody has accepted yet',
        tags: ['members'],
        params: AppParams,
        response: { 200: Type.Array(Invitation), ...refusals },
      },
    },
    async (request) => invitations.list((await identify.forApp(request, request.params.app, 'manageMembers')).appid),
  );

  app.post(
    '/api/v1/apps/:app/invitations',
    {
      config: { audit: 'invite' },
      schema: {
        summary: 'Invite somebody; the link is told this once, works once, and ends after a week',
        tags: ['members'],
        params: AppParams,
        body: RoleBody,
        response: { 201: OneTimeLink, ...refusals },
      },
    },
    async (request, reply) => {
      const { appid } = await identify.forApp(request, request.params.app, 'manageMembers');
      const { account } = await identify.caller(request);
      const { token, endsAt } = await invitations.toApp(appid, request.body.role, accountId(account));
      noteForAudit(request, { about: request.body.role });
      return reply.code(201).send({ path: invitationPath(token), endsAt });
    },
  );

  app.post(
    '/api/v1/apps/:app/invitations/:id/withdraw',
    {
      config: { audit: 'withdraw_invitation' },
      schema: {
        summary: 'Take an invitation back',
        tags: ['members'],
        params: InvitationParams,
        response: { 200: Done, ...refusals },
      },
    },
    async (request) => {
      const { appid } = await identify.forApp(request, request.params.app, 'manageMembers');
      if (!(await invitations.withdraw(appid, request.params.id)))
        throw new Refusal('NOT_FOUND', `${appid} has no such invitation.`);
      return {};
    },
  );

  app.post(
    '/api/v1/invitations/look',
    {
      config: { rateLimit: GUESSES },
      schema: {
        summary: 'What an invitation is for',
        tags: ['members'],
        body: InvitationTokenBody,
        response: { 200: OpenInvitation, ...refusals },
      },
    },
    async (request) => invitations.look(request.body.token),
  );

  app.post(
    '/api/v1/invitations/accept',
    {
      config: { rateLimit: GUESSES, audit: 'accept_invitation' },
      schema: {
        summary: 'Accept an invitation: as who I am, or with a new account',
        tags: ['members'],
        body: AcceptBody,
        response: { 200: Me, ...refusals },
      },
    },
    async (request, reply) => {
      refuseForeignPage(request, publicUrl);
      const { token, login, password } = request.body;
      const person = await identify.personIfAny(request);
      if (person !== undefined) {
        noteForAudit(request, { app: (await invitations.join(token, person.account)).appid });
        return people.describe(person.account);
      }
      if (password === undefined)
        throw new Refusal('INVALID_REQUEST', 'Say the password of the new account: password.');
      // Before the slow part: a stranger's guess shall not cost it.
      await invitations.look(token);
      const passwordHash = await accounts.hashPassword(password);
      const { account, appid } = await invitations.createAccount(token, { login, passwordHash });
      if (appid !== null) noteForAudit(request, { app: appid });
      await openSession(request, reply, deps, account);
      return people.describe(account);
    },
  );
};
