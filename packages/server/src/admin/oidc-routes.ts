import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type OidcRefusal, OidcStart, OidcStartBody, OidcState } from '@minilens/wire/accounts-api';
import { Refusal as RefusalBody } from '@minilens/wire/receipt';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SealedColumns } from '../db/sealed-columns.js';
import { publicOrigin } from '../http/public-origin.js';
import { isRefusal, Refusal } from '../http/refusal.js';
import type { Account } from './accounts.js';
import { GUESSES } from './guesses.js';
import { isSecureFor } from './login-cookie.js';
import type { OidcChecks, OidcProvider } from './oidc.js';
import { refuseForeignPage } from './same-origin.js';
import { openSession, type SessionRouteDeps } from './session-routes.js';

export interface OidcRouteDeps extends SessionRouteDeps {
  /** Undefined where none is configured. */
  oidc: OidcProvider | undefined;
  sealed: SealedColumns;
  now: () => number;
}

/** How long somebody may take at the provider. Unit: ms. */
const PATIENCE_MS = 10 * 60_000;

const CALLBACK = '/api/v1/oidc/callback';

/** Holds what was begun, sealed. The provider's page leads back here, so it is sent along with a link of another site. */
const COOKIE = 'minilens_oidc';

interface Begun {
  checks: OidcChecks;
  /** The token of an invitation to accept. */
  invitation: string | null;
  /** The account that the identity is linked to, and the session that asked for it. */
  linkTo: { account: string; session: string } | null;
  /** Unix ms. */
  endsAt: number;
}

/** A suggested name, as `newLogin` wants it; something to begin with where nothing of it can be used. */
const toLogin = (name: string | undefined): string => {
  const plain = (name ?? '').replace(/[\s\p{C}]+/gu, '.').slice(0, 60);
  return plain.length < 3 ? `user${plain}` : plain;
};

/** How many names are tried where the first is somebody else's. */
const NAMES_TRIED = 20;

const refusals = { 400: RefusalBody, 403: RefusalBody, 404: RefusalBody, 429: RefusalBody, 503: RefusalBody };

/** Signing in at an OpenID Connect provider. Strangers are refused: an account needs an invitation. */
export const oidcRoutes: FastifyPluginAsyncTypebox<OidcRouteDeps> = async (app, deps) => {
  const { people, identify, publicUrl, oidc, sealed, now } = deps;
  const { accounts, sessions, invitations, oidcIdentities, signIn, audit } = people;

  app.get(
    '/api/v1/oidc',
    {
      schema: {
        summary: 'Whether one may sign in with OpenID Connect',
        tags: ['accounts'],
        response: { 200: OidcState },
      },
    },
    async () => ({ isOffered: oidc !== undefined }),
  );

  if (oidc === undefined) return;

  app.post(
    '/api/v1/oidc/start',
    {
      config: { rateLimit: GUESSES },
      schema: {
        summary: 'Begin to sign in with OpenID Connect; with an invitation, also to accept it',
        tags: ['accounts'],
        body: OidcStartBody,
        response: { 200: OidcStart, ...refusals },
      },
    },
    async (request, reply) => {
      refuseForeignPage(request, publicUrl);
      const { invitation = null, link = false, password } = request.body;
      // Whoever brings a dead link learns it before they go to the provider.
      if (invitation !== null) await invitations.look(invitation);
      const linkTo = link ? await askedToLink(request, password) : null;
      const { url, checks } = await oidc.begin(callbackUrl(request)).catch((cause) => {
        throw new Refusal('BUSY', 'The OpenID Connect provider does not answer. Try again later.', { cause });
      });
      const begun: Begun = { checks, invitation, linkTo, endsAt: now() + PATIENCE_MS };
      reply.setCookie(COOKIE, sealed.seal(JSON.stringify(begun), COOKIE), {
        path: CALLBACK,
        httpOnly: true,
        sameSite: 'lax',
        secure: isSecureFor(request, publicUrl),
        maxAge: PATIENCE_MS / 1000,
      });
      return { url };
    },
  );

  app.get(CALLBACK, { config: { rateLimit: GUESSES }, schema: { hide: true } }, async (request, reply) => {
    reply.clearCookie(COOKIE, { path: CALLBACK });
    const begun = readBegun(request.cookies[COOKIE]);
    if (begun === undefined) return refuse(reply, 'expired');
    const answer = await oidc.finish(new URL(request.url, callbackUrl(request)), begun.checks).catch((err) => {
      request.log.warn({ err }, 'The OpenID Connect provider let nobody in');
      return undefined;
    });
    if (answer === undefined) return refuse(reply, 'failed');
    const account = await accountOf(answer, begun, request);
    if (typeof account === 'string') return refuse(reply, account);
    await openSession(request, reply, deps, account);
    await audit.add({ who: account.login, action: 'login', app: null, about: 'OpenID Connect', ip: request.ip });
    return reply.redirect('/', 303);
  });

  /** What signs in for good needs the password again: a session that was left open is not enough. */
  async function askedToLink(request: FastifyRequest, password: string | undefined): Promise<Begun['linkTo']> {
    const { account, session } = await identify.person(request);
    if (await accounts.hasPassword(account)) {
      if (password === undefined) throw new Refusal('INVALID_REQUEST', 'Say your password too: password.');
      await signIn.withPassword(account, request.ip, () => accounts.checkPassword(account.login, password));
    }
    return { account: account.id, session };
  }

  type Answer = Awaited<ReturnType<OidcProvider['finish']>>;

  /** Whom the provider means, after what was begun was done for them. */
  async function accountOf(
    { identity, suggestedLogin }: Answer,
    { linkTo, invitation }: Begun,
    { ip }: FastifyRequest,
  ): Promise<Account | OidcRefusal> {
    if (linkTo !== null) {
      const account = await accounts.find(linkTo.account);
      // A password that was changed meanwhile ended the session, and with it what it had begun.
      if (account === undefined || !(await sessions.isOpen(account, linkTo.session))) return 'expired';
      if (!(await oidcIdentities.linkTo(account, identity))) return 'in_use';
      await audit.add({ who: account.login, action: 'link_identity', app: null, about: identity.issuer, ip });
      return account;
    }
    const known = await oidcIdentities.find(identity);
    if (invitation === null) return known ?? 'not_invited';
    try {
      const { account, app } =
        known === undefined
          ? await createInvited(invitation, identity, toLogin(suggestedLogin))
          : { account: known, app: (await invitations.join(invitation, known)).appid };
      await audit.add({ who: account.login, action: 'accept_invitation', app, about: '', ip });
      return account;
    } catch (error) {
      if (isRefusal(error, 'LINK_ENDED')) return known ?? 'expired';
      // Somebody who has an account followed an invitation to a new one: they are who they are.
      if (isRefusal(error, 'INVALID_REQUEST')) return known ?? 'failed';
      if (isRefusal(error, 'LOGIN_TAKEN')) return 'in_use';
      throw error;
    }
  }

  /** Under the name the provider suggests, or the next one that is free. */
  async function createInvited(invitation: string, identity: Answer['identity'], name: string) {
    for (let tried = 1; ; tried++) {
      try {
        const wanted = { login: tried === 1 ? name : `${name}-${tried}`, passwordHash: '' };
        const { account, appid } = await invitations.createAccount(invitation, wanted, async (tx, made) => {
          if (!(await oidcIdentities.link(tx, identity, made)))
            throw new Refusal('LOGIN_TAKEN', 'This identity is linked to another account already.');
        });
        return { account, app: appid };
      } catch (error) {
        if (!isRefusal(error, 'LOGIN_TAKEN') || tried === NAMES_TRIED) throw error;
      }
    }
  }

  function callbackUrl(request: FastifyRequest): string {
    const origin = publicOrigin(request, publicUrl);
    if (origin === '') throw new Refusal('INVALID_REQUEST', 'The request says no host. Set MINILENS_PUBLIC_URL.');
    return new URL(CALLBACK, origin).href;
  }

  function readBegun(cookie: string | undefined): Begun | undefined {
    if (cookie === undefined) return undefined;
    try {
      const begun: Begun = JSON.parse(sealed.open(cookie, COOKIE));
      return begun.endsAt > now() ? begun : undefined;
    } catch {
      return undefined;
    }
  }
};

/** The browser is at an address of ours, not on a page: the login page says why in words. */
const refuse = (reply: FastifyReply, why: OidcRefusal) => reply.redirect(`/login?refused=${why}`, 303);
