import type { FastifyRequest } from 'fastify';
import { Refusal } from '../http/refusal.js';
import type { Account, Accounts } from './accounts.js';
import type { App, Apps } from './apps.js';
import { hashSecret, matchesHash } from './secrets.js';

export const LOGIN_COOKIE = 'minilens_login';

/** Who asks, and whether they may. Every route asks one of these first. */
export interface Identify {
  /** Anybody with an account. @throws Refusal NOT_SIGNED_IN */
  account(request: FastifyRequest): Promise<Account>;
  /** Somebody who may change this server. @throws Refusal NOT_SIGNED_IN, NO_ACCESS */
  owner(request: FastifyRequest): Promise<Account>;
  /** An owner, about an app that is here; gives its AppID. @throws Refusal NOT_SIGNED_IN, NO_ACCESS */
  ownedApp(request: FastifyRequest, appid: string): Promise<string>;
  /** The command line on this machine. @throws Refusal NOT_SIGNED_IN, NO_ACCESS */
  local(request: FastifyRequest): Promise<void>;
  /** Somebody who may read this app. @throws Refusal NOT_SIGNED_IN, NO_ACCESS (also when there is no such app) */
  reader(request: FastifyRequest, appid: string): Promise<App>;
  /** Who brings history: an owner, or the app's secret as bearer token. @throws Refusal */
  importer(request: FastifyRequest, appid: string): Promise<void>;
}

/** The machine's owner at the command line, who proves it by reading a file only they can read. */
const LOCAL: Account = { id: 'local', login: 'command line', role: 'owner' };

/** @param localToken what the command line sends as bearer token. */
export function createIdentify(accounts: Accounts, apps: Apps, localToken: string): Identify {
  const localHash = hashSecret(localToken);
  const isLocal = (bearer: string) => matchesHash(bearer, localHash);

  const account: Identify['account'] = async (request) => {
    const bearer = bearerOf(request);
    if (bearer !== undefined && isLocal(bearer)) return LOCAL;
    // A cookie speaks for its owner only on pages of this server, not on one of another port or site.
    const { origin } = request.headers;
    if (request.method !== 'GET' && origin !== undefined && !isSame(origin, request.host)) {
      throw new Refusal('NO_ACCESS', `A page of ${origin} may not do this.`);
    }
    const token = request.cookies[LOGIN_COOKIE];
    const found = token === undefined ? undefined : await accounts.findByLogin(token);
    if (found === undefined) throw new Refusal('NOT_SIGNED_IN', 'Sign in first.');
    return found;
  };

  const owner: Identify['owner'] = async (request) => {
    const found = await account(request);
    if (found.role !== 'owner') throw new Refusal('NO_ACCESS', 'Only an owner may do this.');
    return found;
  };

  const reader: Identify['reader'] = async (request, appid) => {
    const found = await account(request);
    const app = (await accounts.mayRead(found, appid)) ? await apps.find(appid) : undefined;
    if (app === undefined) throw new Refusal('NO_ACCESS', `There is no app ${appid} that you may read.`);
    return app;
  };

  return {
    account,
    owner,
    reader,
    ownedApp: async (request, appid) => {
      await owner(request);
      return (await reader(request, appid)).appid;
    },
    local: async (request) => {
      if ((await account(request)) !== LOCAL)
        throw new Refusal('NO_ACCESS', 'Only the command line on the machine of the server may do this.');
    },
    importer: async (request, appid) => {
      const bearer = bearerOf(request);
      if (bearer !== undefined && !isLocal(bearer)) {
        if ((await apps.verifySecret(appid, bearer)) !== 'ok')
          throw new Refusal('WRONG_KEY', `The bearer token is not the secret of ${appid}.`);
        return;
      }
      await owner(request);
      if ((await apps.find(appid)) === undefined)
        throw new Refusal('UNKNOWN_APP', `No app ${appid} here. Add it with minilens app add.`);
    },
  };
}

const isSame = (origin: string, host: string) => URL.canParse(origin) && new URL(origin).host === host;

export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}
