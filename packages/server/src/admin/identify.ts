import type { FastifyRequest } from 'fastify';
import { Refusal } from '../http/refusal.js';
import type { Account } from './accounts.js';
import { type ApiTokens, isApiToken, type UsedToken } from './api-tokens.js';
import type { App, Apps } from './apps.js';
import { noteForAudit } from './audit.js';
import { LOGIN_COOKIE } from './login-cookie.js';
import type { Members } from './members.js';
import { type AppAction, mayDo, neededFor, PERMISSIONS, type ServerAction } from './permissions.js';
import { refuseForeignChange } from './same-origin.js';
import { hashSecret, matchesHash } from './secrets.js';
import type { Sessions } from './sessions.js';

/** Somebody who asks, and by what they are known. */
export interface Caller {
  account: Account;
  /** The id of the session; undefined where no browser is signed in. */
  session?: string;
  /** What bounds them further than their account does. */
  token?: UsedToken;
}

export type Person = Required<Pick<Caller, 'account' | 'session'>>;

/** Who asks, and whether they may. Every route asks one of these first. */
export interface Identify {
  /** Anybody with an account, also through a token. @throws Refusal NOT_SIGNED_IN */
  caller(request: FastifyRequest): Promise<Caller>;
  /** Somebody in front of a browser, for what is theirs alone. @throws Refusal NOT_SIGNED_IN, NO_ACCESS for a token */
  person(request: FastifyRequest): Promise<Person>;
  /** The same where it need not be anybody. @throws Refusal NO_ACCESS */
  personIfAny(request: FastifyRequest): Promise<Person | undefined>;
  /**
   * Somebody who may do that with this app. An app that is not theirs is refused exactly as one that is not there.
   *
   * @throws Refusal NOT_SIGNED_IN, NO_ACCESS
   */
  forApp(request: FastifyRequest, appid: string, action: AppAction): Promise<App>;
  /** Somebody who may do that with this server. @throws Refusal NOT_SIGNED_IN, NO_ACCESS */
  forServer(request: FastifyRequest, action: ServerAction): Promise<Caller>;
  /** The command line on this machine. @throws Refusal NOT_SIGNED_IN, NO_ACCESS */
  local(request: FastifyRequest): Promise<void>;
  /** Who brings history: somebody who may, or the app's secret as bearer token. @throws Refusal */
  importer(request: FastifyRequest, appid: string): Promise<void>;
}

export interface IdentifyDeps {
  sessions: Sessions;
  members: Members;
  apiTokens: ApiTokens;
  apps: Apps;
  /** What the command line sends as bearer token. */
  localToken: string;
  /** The origin that people use, where it is configured. */
  publicUrl: string | undefined;
}

/** The machine's owner at the command line, who proves it by reading a file only they can read. */
const LOCAL: Account = { id: 'local', login: 'command line', role: 'administrator' };

/** The account's id for what refers to it; undefined for the command line, which has no account. */
export const accountId = ({ id }: Account): string | undefined => (id === LOCAL.id ? undefined : id);

export function createIdentify(deps: IdentifyDeps): Identify {
  const { sessions, members, apiTokens, apps, localToken, publicUrl } = deps;
  const localHash = hashSecret(localToken);

  const find = async (request: FastifyRequest): Promise<Caller | undefined> => {
    const bearer = bearerOf(request);
    if (bearer !== undefined) {
      if (matchesHash(bearer, localHash)) return { account: LOCAL };
      const token = isApiToken(bearer) ? await apiTokens.find(bearer) : undefined;
      return token && { account: token.account, token };
    }
    const cookie = request.cookies[LOGIN_COOKIE];
    const session = cookie === undefined ? undefined : await sessions.find(cookie);
    if (session === undefined) return undefined;
    refuseForeignChange(request, publicUrl);
    return { account: session.account, session: session.id };
  };

  const caller: Identify['caller'] = async (request) => {
    const found = await find(request);
    if (found === undefined) throw new Refusal('NOT_SIGNED_IN', 'Sign in first, or send an API token that works.');
    const { account, token } = found;
    noteForAudit(request, { who: token === undefined ? account.login : `${account.login} (${token.name})` });
    return found;
  };

  /** @throws Refusal NO_ACCESS */
  const checkScope = ({ token }: Caller, action: AppAction | ServerAction) => {
    const { scope } = PERMISSIONS[action];
    if (token === undefined || (scope !== null && token.scopes.includes(scope))) return;
    throw new Refusal(
      'NO_ACCESS',
      scope === null
        ? 'No API token may do this. Sign in to the dashboard.'
        : `This API token has not the scope ${scope}. Make one that has.`,
    );
  };

  const forApp: Identify['forApp'] = async (request, appid, action) => {
    const found = await caller(request);
    const isBeyond = found.token?.apps != null && !found.token.apps.includes(appid);
    const role = isBeyond ? undefined : await members.roleOf(found.account, appid);
    const app = role === undefined ? undefined : await apps.find(appid);
    if (role === undefined || app === undefined)
      throw new Refusal('NO_ACCESS', `There is no app ${appid} that you may read.`);
    if (!mayDo(role, action))
      throw new Refusal('NO_ACCESS', `You are ${role} of ${appid}, and this needs the role ${neededFor(action)}.`);
    checkScope(found, action);
    return app;
  };

  const person: Identify['person'] = async (request) => {
    const { account, session } = await caller(request);
    if (session === undefined)
      throw new Refusal('NO_ACCESS', 'This is for somebody who is signed in to the dashboard, and not for a token.');
    return { account, session };
  };

  return {
    caller,
    person,
    forApp,

    personIfAny: async (request) => {
      const found = await find(request);
      return found?.session === undefined ? undefined : person(request);
    },

    forServer: async (request, action) => {
      const found = await caller(request);
      if (!mayDo(found.account.role, action)) throw new Refusal('NO_ACCESS', 'Only an administrator may do this.');
      if (found.token?.apps != null)
        throw new Refusal('NO_ACCESS', 'This API token is for some apps only, and this concerns the whole server.');
      checkScope(found, action);
      return found;
    },

    local: async (request) => {
      if ((await caller(request)).account !== LOCAL)
        throw new Refusal('NO_ACCESS', 'Only the command line on the machine of the server may do this.');
    },

    importer: async (request, appid) => {
      const bearer = bearerOf(request);
      const isSecret = bearer !== undefined && !isApiToken(bearer) && !matchesHash(bearer, localHash);
      if (!isSecret) return void (await forApp(request, appid, 'import'));
      if ((await apps.verifySecret(appid, bearer)) !== 'ok')
        throw new Refusal('WRONG_KEY', `The bearer token is not the secret of ${appid}.`);
    },
  };
}

export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}
