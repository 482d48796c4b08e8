import { randomBytes } from 'node:crypto';
import { PRE_AUTH_CODE_LIFE_S } from '@minilens/wechat/component';
import type { Component, NewComponent, NewSecret } from '@minilens/wire/wechat-access';
import { networksToJson } from '../admin/app-access.js';
import { deriveSecret, keyId, OtherSecretKey } from '../admin/secret-key.js';
import { hashSecret, matchesHash, matchesOneOf, newSecret } from '../admin/secrets.js';
import type { Db } from '../db/connect.js';
import { Refusal } from '../http/refusal.js';
import type { TokenStore } from './access-tokens.js';
import { createComponentCodes } from './component-codes.js';
import { checkTicket, currentTicket } from './ticket.js';

/** Table `components`: third-party platforms, that is service providers. Moments are ms since the Unix epoch. */
export interface ComponentsTable {
  appid: string;
  name: string;
  secret_hash: string;
  old_secret_hash: string | null;
  old_secret_until: number | null;
  /** Which of the server's keys its tickets and refresh tokens follow from. */
  key_id: string;
  /** JSON of where it calls from; null for anywhere. */
  addresses: string | null;
  /** Where tickets and events are pushed; null where they are fetched. */
  event_url: string | null;
  created_at: number;
}

/** Table `authorizations`: which account lets which component act for it. */
export interface AuthorizationsTable {
  component: string;
  appid: string;
  /** JSON of the permission sets granted. */
  permissions: string;
  /** What the refresh token is derived with: a new one ends the old token. */
  salt: string;
  authorized_at: number;
}

/** An account in the hands of a component. */
export interface Authorization {
  appid: string;
  /** What people call it. */
  name: string;
  permissions: number[];
  authorizedAt: number;
  refreshToken: string;
}

export interface Components {
  /** Adds a component and gives its secret, this once. @throws Refusal APP_EXISTS */
  add(appid: string, name: string): Promise<NewComponent>;
  list(): Promise<Component[]>;
  /** @throws Refusal NOT_FOUND, INVALID_REQUEST for what is no network, or no URL to push to. */
  change(component: string, wanted: { addresses?: string[] | null; eventUrl?: string | null }): Promise<void>;
  /** A new secret, this once. Without an overlap the old one ends at once, with its tokens and those of accounts that it holds. Unit: ms. */
  rotate(component: string, overlapMs: number): Promise<NewSecret>;
  /** @throws Refusal NOT_FOUND */
  find(component: string): Promise<{ appid: string; eventUrl: string | null; addresses: string | undefined }>;
  verifySecret(component: string, secret: string): Promise<'ok' | 'unknown_app' | 'wrong_secret'>;
  /** The ticket in force. @throws Refusal NOT_FOUND, INTERNAL */
  ticket(component: string): Promise<{ ticket: string; expiresAt: number }>;
  checkTicket(component: string, ticket: string): Promise<'ok' | 'invalid' | 'expired'>;
  /** What its receiver of pushes checks and decrypts with. */
  eventKeys(component: string): Promise<{ token: string; encodingAesKey: string }>;
  /** A code that a provider puts into the link to the page where an account authorises it. */
  createPreAuthCode(component: string): Promise<{ code: string; expiresInS: number }>;
  /**
   * An account lets a component act for it, or changes what it may. Gives the code it learns of that with.
   *
   * @throws Refusal NOT_FOUND, UNKNOWN_APP, INVALID_REQUEST for a pre-authorisation code that does not count.
   */
  authorize(
    component: string,
    appid: string,
    permissions: readonly number[],
    preAuthCode?: string,
  ): Promise<{ authorizationCode: string; expiresAt: number }>;
  /** An account takes its authorisation back: tokens and codes end at once. @returns whether there was one. */
  withdraw(component: string, appid: string): Promise<boolean>;
  /** The account that a code was given for. The code is used up. */
  redeem(component: string, code: string): Promise<Authorization | 'invalid' | 'expired'>;
  authorization(component: string, appid: string): Promise<Authorization | undefined>;
  /** A page of them, the oldest first. */
  authorizations(component: string, offset: number, count: number): Promise<{ total: number; page: Authorization[] }>;
  /** Those that were added under another key than this process has. */
  lost(): Promise<string[]>;
  /** Forgets codes that are long past. */
  forget(): Promise<void>;
}

/** How long an authorisation code works. The platform's lasts as long. Unit: ms. */
const CODE_LIFE_MS = 3_600_000;

/** @param key the server's own, from which tickets and refresh tokens follow: nothing of them is stored. */
export function createComponents(
  db: Db,
  tokens: Pick<TokenStore, 'revoke'>,
  key: Buffer,
  now: () => number,
): Components {
  const ownKeyId = keyId(key);

  const read = (component: string) =>
    db.selectFrom('components').selectAll().where('appid', '=', component).executeTakeFirst();

  /** @throws Refusal NOT_FOUND, and INTERNAL where this process could only give out what others refuse. */
  const find = async (component: string) => {
    const row = await read(component);
    if (row === undefined)
      throw new Refusal('NOT_FOUND', `There is no component ${component}. Add it with minilens component add.`);
    if (row.key_id !== ownKeyId)
      throw new Refusal(
        'INTERNAL',
        `The component ${component} was added under another secret key than this process has. Set the same MINILENS_SECRET_KEY for all processes, or bring back secret.key of the data directory.`,
        { cause: new OtherSecretKey(component) },
      );
    return row;
  };

  const refreshTokenOf = ({ component, appid, salt }: Pick<AuthorizationsTable, 'component' | 'appid' | 'salt'>) =>
    `refreshtoken@@@${deriveSecret(key, ['refresh token', component, appid, salt], 32).toString('base64url')}`;

  const authorizationsOf = (component: string) =>
    db
      .selectFrom('authorizations')
      .innerJoin('apps', 'apps.appid', 'authorizations.appid')
      .select(['component', 'authorizations.appid', 'authorizations.permissions', 'apps.name', 'salt', 'authorized_at'])
      .where('component', '=', component);
  const toAuthorization = (
    row: Pick<AuthorizationsTable, 'component' | 'appid' | 'permissions' | 'salt' | 'authorized_at'> & { name: string },
  ): Authorization => ({
    appid: row.appid,
    name: row.name,
    permissions: JSON.parse(row.permissions),
    authorizedAt: row.authorized_at,
    refreshToken: refreshTokenOf(row),
  });
  const authorization = async (component: string, appid: string) => {
    await find(component);
    const row = await authorizationsOf(component).where('authorizations.appid', '=', appid).executeTakeFirst();
    return row && toAuthorization(row);
  };

  const codes = createComponentCodes(now);

  return {
    add: async (appid, name) => {
      const secret = newSecret();
      const row = { appid, name, secret_hash: hashSecret(secret), key_id: ownKeyId, created_at: now() };
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('components')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (Number(numInsertedOrUpdatedRows) === 0)
        throw new Refusal('APP_EXISTS', `The component ${appid} is here already.`);
      return { appid, name, secret };
    },

    list: async () => {
      const components = await db.selectFrom('components').selectAll().orderBy('created_at').orderBy('appid').execute();
      const all = await db.selectFrom('authorizations').selectAll().orderBy('authorized_at').orderBy('appid').execute();
      return components.map(({ appid, name, addresses, event_url }) => ({
        appid,
        name,
        addresses: addresses === null ? null : JSON.parse(addresses),
        eventUrl: event_url,
        authorizations: all
          .filter(({ component }) => component === appid)
          .map((one) => ({
            appid: one.appid,
            permissions: JSON.parse(one.permissions),
            authorizedAt: one.authorized_at,
          })),
      }));
    },

    lost: async () => {
      const rows = await db.selectFrom('components').select('appid').where('key_id', '!=', ownKeyId).execute();
      return rows.map(({ appid }) => appid);
    },

    change: async (component, wanted) => {
      const set = {
        ...('addresses' in wanted && { addresses: networksToJson(wanted.addresses) }),
        ...('eventUrl' in wanted && { event_url: checkedUrl(wanted.eventUrl ?? null) }),
      };
      await find(component);
      if (Object.keys(set).length > 0)
        await db.updateTable('components').set(set).where('appid', '=', component).execute();
    },

    rotate: async (component, overlapMs) => {
      await find(component);
      const secret = newSecret();
      const oldSecretUntil = overlapMs === 0 ? null : now() + overlapMs;
      await db.transaction().execute(async (trx) => {
        await trx
          .updateTable('components')
          .set((row) => ({
            secret_hash: hashSecret(secret),
            old_secret_hash: overlapMs === 0 ? null : row.ref('secret_hash'),
            old_secret_until: oldSecretUntil,
          }))
          .where('appid', '=', component)
          .execute();
        if (overlapMs === 0) await tokens.revoke(component, trx);
      });
      return { appid: component, secret, oldSecretUntil };
    },

    find: async (component) => {
      const { appid, event_url, addresses } = await find(component);
      return { appid, eventUrl: event_url, addresses: addresses ?? undefined };
    },

    verifySecret: async (component, secret) => {
      const row = await read(component);
      if (row === undefined) return 'unknown_app';
      return matchesOneOf(secret, row, now()) ? 'ok' : 'wrong_secret';
    },

    ticket: async (component) => {
      await find(component);
      return currentTicket(key, component, now());
    },

    checkTicket: async (component, ticket) => {
      await find(component);
      return checkTicket(key, component, ticket, now());
    },

    eventKeys: async (component) => {
      await find(component);
      return {
        token: deriveSecret(key, ['event token', component], 16).toString('hex'),
        encodingAesKey: deriveSecret(key, ['event key', component], 32).toString('base64').slice(0, -1),
      };
    },

    createPreAuthCode: async (component) => {
      const { code } = await codes.create(db, component, 'pre_auth', null, PRE_AUTH_CODE_LIFE_S * 1000);
      return { code, expiresInS: PRE_AUTH_CODE_LIFE_S };
    },

    authorize: async (component, appid, permissions, preAuthCode) => {
      await find(component);
      const app = await db.selectFrom('apps').select('appid').where('appid', '=', appid).executeTakeFirst();
      if (app === undefined) throw new Refusal('UNKNOWN_APP', `No app ${appid} here. Add it with minilens app add.`);
      return db.transaction().execute(async (trx) => {
        if (preAuthCode !== undefined) {
          const taken = await codes.take(trx, component, 'pre_auth', preAuthCode);
          if (typeof taken === 'string')
            throw new Refusal(
              'INVALID_REQUEST',
              `The pre-authorisation code is ${taken}. ${component} asks for a new one with api_create_preauthcode; it works once, for ten minutes.`,
            );
        }
        const row = {
          component,
          appid,
          permissions: JSON.stringify([...permissions].sort((a, b) => a - b)),
          salt: randomBytes(16).toString('base64url'),
          authorized_at: now(),
        };
        await trx
          .insertInto('authorizations')
          .values(row)
          // The refresh token of whom it was granted to before stays.
          .onConflict((conflict) =>
            conflict.columns(['component', 'appid']).doUpdateSet({ permissions: row.permissions }),
          )
          .execute();
        const { code, expiresAt } = await codes.create(trx, component, 'authorization', appid, CODE_LIFE_MS);
        return { authorizationCode: code, expiresAt };
      });
    },

    withdraw: async (component, appid) => {
      const { numDeletedRows } = await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('component_codes').where('component', '=', component).where('appid', '=', appid).execute();
        await trx.deleteFrom('access_tokens').where('component', '=', component).where('appid', '=', appid).execute();
        return trx
          .deleteFrom('authorizations')
          .where('component', '=', component)
          .where('appid', '=', appid)
          .executeTakeFirst();
      });
      return numDeletedRows > 0n;
    },

    redeem: async (component, code) => {
      const taken = await codes.take(db, component, 'authorization', code);
      if (typeof taken === 'string') return taken;
      return (await authorization(component, taken.appid as string)) ?? 'invalid';
    },

    authorization,

    authorizations: async (component, offset, count) => {
      await find(component);
      const { total } = await db
        .selectFrom('authorizations')
        .select(({ fn }) => fn.countAll().as('total'))
        .where('component', '=', component)
        .executeTakeFirstOrThrow();
      const page = await authorizationsOf(component)
        .orderBy('authorized_at')
        .orderBy('authorizations.appid')
        .offset(offset)
        .limit(count)
        .execute();
      return { total: Number(total), page: page.map(toAuthorization) };
    },

    forget: () => codes.forget(db),
  };
}

/** @throws Refusal INVALID_REQUEST for what no push could be sent to. */
function checkedUrl(url: string | null): string | null {
  if (url === null) return null;
  const { username, password } = URL.canParse(url) ? new URL(url) : { username: url };
  if (username !== '' || password !== '')
    throw new Refusal(
      'INVALID_REQUEST',
      'The URL for pushes is none, or holds a user or password. Write https://provider.example/events; pushes are signed.',
    );
  return url;
}

/** Whether a refresh token is that of an authorisation, in a time that says nothing. */
export const isRefreshTokenOf = ({ refreshToken }: Authorization, given: string): boolean =>
  matchesHash(given, hashSecret(refreshToken));
