import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { LoginBody, Me, SetupBody, SetupState } from '@minilens/wire/accounts-api';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isRefusal, Refusal } from '../http/refusal.js';
import type { Account } from './accounts.js';
import { noteForAudit } from './audit.js';
import { GUESSES } from './guesses.js';
import type { Identify } from './identify.js';
import { clearLoginCookie, setLoginCookie } from './login-cookie.js';
import type { People } from './people.js';
import { refuseForeignPage } from './same-origin.js';

export interface SessionRouteDeps {
  people: People;
  identify: Identify;
  /** The origin that people use, where it is configured. */
  publicUrl: string | undefined;
}

const refusals = { 400: RefusalBody, 401: RefusalBody, 403: RefusalBody, 409: RefusalBody, 429: RefusalBody };

/** Begins a session of somebody who has shown who they are. */
export async function openSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { people, publicUrl }: Pick<SessionRouteDeps, 'people' | 'publicUrl'>,
  account: Account,
): Promise<void> {
  const userAgent = request.headers['user-agent'] ?? '';
  setLoginCookie(request, reply, await people.sessions.open(account, { ip: request.ip, userAgent }), publicUrl);
  noteForAudit(request, { who: account.login });
}

/** Beginning and ending a session, and who one is. */
export const sessionRoutes: FastifyPluginAsyncTypebox<SessionRouteDeps> = async (app, deps) => {
  const { people, identify, publicUrl } = deps;
  const { accounts, sessions, signIn, audit } = people;
  const signedIn = async (request: FastifyRequest, reply: FastifyReply, account: Account): Promise<Me> => {
    await openSession(request, reply, deps, account);
    return people.describe(account);
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
      config: { rateLimit: GUESSES, audit: 'first_account' },
      schema: {
        summary: 'Make the first account',
        tags: ['accounts'],
        body: SetupBody,
        response: { 200: Me, ...refusals },
      },
    },
    async (request, reply) => {
      refuseForeignPage(request, publicUrl);
      const { token, login, password } = request.body;
      if (!(await accounts.isEmpty()))
        throw new Refusal('SETUP_DONE', 'The first account exists already. Sign in with it.');
      if (!(await accounts.isSetupToken(token))) {
        throw new Refusal(
          'SETUP_TOKEN',
          'This setup link is not one that a server printed when it started, or is a week old. Copy it from the terminal, or start the server again for a new one.',
        );
      }
      return signedIn(request, reply, await accounts.createFirst(login, password));
    },
  );

  app.post(
    '/api/v1/login',
    {
      config: { rateLimit: GUESSES, audit: 'login' },
      schema: {
        summary: 'Sign in; where only the code of a second factor is missing, the refusal says SECOND_FACTOR',
        tags: ['accounts'],
        body: LoginBody,
        response: { 200: Me, ...refusals },
      },
    },
    async (request, reply) => {
      refuseForeignPage(request, publicUrl);
      const { login, password, code } = request.body;
      const account = await signIn.byPassword({ login, password, code }, request.ip).catch(async (error) => {
        const isWrong = isRefusal(error, 'WRONG_LOGIN') || (isRefusal(error, 'SECOND_FACTOR') && code !== undefined);
        if (isWrong) {
          // People type passwords where the name belongs. For an unknown name it takes as long as for a known one.
          const about = (await accounts.findByLogin(login))?.login ?? '';
          await audit.add({ who: 'nobody', action: 'login_refused', app: null, about, ip: request.ip });
        }
        throw error;
      });
      return signedIn(request, reply, account);
    },
  );

  app.post(
    '/api/v1/logout',
    { config: { audit: 'logout' }, schema: { summary: 'Sign out', tags: ['accounts'] } },
    async (request, reply) => {
      const person = await identify.personIfAny(request);
      if (person !== undefined) await sessions.end(person.account, person.session);
      clearLoginCookie(reply);
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/v1/me',
    {
      schema: {
        summary: 'Who I am, and my role in which apps',
        tags: ['accounts'],
        response: { 200: Me, ...refusals },
      },
    },
    async (request) => people.describe((await identify.person(request)).account),
  );
};
