import { randomBytes } from 'node:crypto';
import { hashSecret } from '../admin/secrets.js';
import type { Db } from '../db/connect.js';

/** Table `component_codes`: what a component or an account was given to hand on, once. */
export interface ComponentCodesTable {
  code_hash: string;
  kind: 'pre_auth' | 'authorization';
  component: string;
  /** The account; null of a pre-authorisation code. */
  appid: string | null;
  /** Unit: ms since the Unix epoch. */
  expires_at: number;
}

type Kind = ComponentCodesTable['kind'];

/** What the platform begins them with. */
const PREFIX: Record<Kind, string> = { pre_auth: 'preauthcode', authorization: 'queryauthcode' };

/** How long an expired code is told from one that never was. Unit: ms. */
const CODE_MEMORY_MS = 86_400_000;

/** `db` is the database, or a transaction that the code belongs to. */
export interface ComponentCodes {
  create(
    db: Db,
    component: string,
    kind: Kind,
    appid: string | null,
    lifeMs: number,
  ): Promise<{ code: string; expiresAt: number }>;
  /** Uses up a code: of two who bring it at once, one gets it. */
  take(db: Db, component: string, kind: Kind, code: string): Promise<{ appid: string | null } | 'invalid' | 'expired'>;
  /** Forgets those that are long past. */
  forget(db: Db): Promise<void>;
}

/** Codes are stored as hashes. @param now Unix ms. */
export function createComponentCodes(now: () => number): ComponentCodes {
  return {
    create: async (db, component, kind, appid, lifeMs) => {
      const code = `${PREFIX[kind]}@@@${randomBytes(48).toString('base64url')}`;
      const expires_at = now() + lifeMs;
      await db
        .insertInto('component_codes')
        .values({ code_hash: hashSecret(code), kind, component, appid, expires_at })
        .execute();
      return { code, expiresAt: expires_at };
    },

    take: async (db, component, kind, code) => {
      const taken = await db
        .deleteFrom('component_codes')
        .where('code_hash', '=', hashSecret(code))
        .where('kind', '=', kind)
        .where('component', '=', component)
        .where('expires_at', '>', now())
        .returning('appid')
        .executeTakeFirst();
      if (taken !== undefined) return taken;
      const expired = await db
        .selectFrom('component_codes')
        .select('appid')
        .where('code_hash', '=', hashSecret(code))
        .where('kind', '=', kind)
        .where('component', '=', component)
        .executeTakeFirst();
      return expired === undefined ? 'invalid' : 'expired';
    },

    forget: async (db) => {
      await db
        .deleteFrom('component_codes')
        .where('expires_at', '<', now() - CODE_MEMORY_MS)
        .execute();
    },
  };
}
