import { type AppAccesses, createAppAccesses } from '../admin/app-access.js';
import type { Apps } from '../admin/apps.js';
import type { Db } from '../db/connect.js';
import { createTokenStore, type TokenStore } from './access-tokens.js';
import type { CredentialDeps } from './check-credentials.js';
import { type Components, createComponents } from './components.js';
import { createFailedCalls, type FailedCalls } from './failed-calls.js';
import { machineAddresses } from './machine-addresses.js';
import { createQuotas, type Quotas } from './quotas.js';

/** Everything the WeChat APIs know of who may call them, on one accounts database. */
export interface Access extends CredentialDeps {
  tokens: TokenStore;
  appAccesses: AppAccesses;
  components: Components;
  quotas: Quotas;
  failedCalls: FailedCalls;
  addresses(): string[];
  /** Writes what was counted and noted since. */
  flush(): Promise<void>;
  /** Forgets what is past. */
  forget(): Promise<void>;
}

/** @param key the server's own. */
export function createAccess(db: Db, apps: Pick<Apps, 'verifySecret'>, key: Buffer, now: () => number): Access {
  const tokens = createTokenStore(db);
  const appAccesses = createAppAccesses(db, tokens, now);
  const components = createComponents(db, tokens, key, now);
  const quotas = createQuotas(db);
  const failedCalls = createFailedCalls(db);
  return {
    tokens,
    appAccesses,
    components,
    quotas,
    failedCalls,
    addresses: machineAddresses,
    verifySecret: apps.verifySecret,
    addressesOf: appAccesses.addressesOf,
    flush: async () => {
      await quotas.flush();
      await failedCalls.flush();
    },
    forget: async () => {
      await quotas.forget(now());
      await failedCalls.forget(now());
      await components.forget();
    },
  };
}
