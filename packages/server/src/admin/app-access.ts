import type { AppAccess, AppAccessBody, NewSecret } from '@minilens/wire/wechat-access';
import type { Db } from '../db/connect.js';
import { Refusal } from '../http/refusal.js';
import type { TokenStore } from '../wechat/access-tokens.js';
import { checkNetworks } from '../wechat/allow-list.js';
import { QUOTAS } from '../wechat/quotas.js';
import { hashSecret, newSecret } from './secrets.js';

/** Who may call the WeChat APIs as an app, from where, and how often. All apps named here exist. */
export interface AppAccesses {
  read(appid: string): Promise<AppAccess>;
  /** @throws Refusal INVALID_REQUEST for what is no network. */
  change(appid: string, wanted: AppAccessBody): Promise<AppAccess>;
  /**
   * A new secret, this once. The one before works for the overlap; without one it ends at once, and so do all tokens.
   *
   * @param overlapMs 0 for none.
   */
  rotate(appid: string, overlapMs: number): Promise<NewSecret>;
  /** JSON of where the app is called from; undefined for anywhere. */
  addressesOf(appid: string): Promise<string | undefined>;
}

export function createAppAccesses(db: Db, tokens: Pick<TokenStore, 'revoke'>, now: () => number): AppAccesses {
  const read = async (appid: string): Promise<AppAccess> => {
    const row = await db.selectFrom('apps').selectAll().where('appid', '=', appid).executeTakeFirstOrThrow();
    const isOverlapping = row.old_secret_until !== null && now() < row.old_secret_until;
    return {
      addresses: row.addresses === null ? null : JSON.parse(row.addresses),
      permissions: row.permissions === null ? null : JSON.parse(row.permissions),
      dailyQuota: row.daily_quota ?? QUOTAS.daily,
      minuteQuota: row.minute_quota ?? QUOTAS.minute,
      frozenAt: row.frozen_at,
      oldSecretUntil: isOverlapping ? row.old_secret_until : null,
    };
  };

  return {
    read,

    change: async (appid, wanted) => {
      const set = {
        ...('addresses' in wanted && { addresses: networksToJson(wanted.addresses) }),
        ...('permissions' in wanted && { permissions: toJson(wanted.permissions) }),
        ...('dailyQuota' in wanted && { daily_quota: wanted.dailyQuota ?? null }),
        ...('minuteQuota' in wanted && { minute_quota: wanted.minuteQuota ?? null }),
        ...('isFrozen' in wanted && { frozen_at: wanted.isFrozen ? now() : null }),
      };
      if (Object.keys(set).length > 0) await db.updateTable('apps').set(set).where('appid', '=', appid).execute();
      return read(appid);
    },

    rotate: async (appid, overlapMs) => {
      const secret = newSecret();
      const oldSecretUntil = overlapMs === 0 ? null : now() + overlapMs;
      await db.transaction().execute(async (trx) => {
        await trx
          .updateTable('apps')
          .set((row) => ({
            secret_hash: hashSecret(secret),
            old_secret_hash: overlapMs === 0 ? null : row.ref('secret_hash'),
            old_secret_until: oldSecretUntil,
          }))
          .where('appid', '=', appid)
          .execute();
        if (overlapMs === 0) await tokens.revoke(appid, trx);
      });
      return { appid, secret, oldSecretUntil };
    },

    addressesOf: async (appid) => {
      const row = await db.selectFrom('apps').select('addresses').where('appid', '=', appid).executeTakeFirst();
      return row?.addresses ?? undefined;
    },
  };
}

const toJson = (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value));

/** @throws Refusal INVALID_REQUEST */
export function networksToJson(networks: readonly string[] | null | undefined): string | null {
  try {
    checkNetworks(networks ?? []);
  } catch (error) {
    throw new Refusal('INVALID_REQUEST', (error as Error).message);
  }
  return toJson(networks);
}
