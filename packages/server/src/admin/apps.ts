import type { AgentConfig, CurrentAgentConfig } from '@minilens/wire/agent-config';
import type { NewApp } from '@minilens/wire/report-api';
import type { Db } from '../db/connect.js';
import { isRefusal, Refusal } from '../http/refusal.js';
import { readAgentConfig, storeAgentConfig } from './agent-config.js';
import { hashSecret, matchesHash, newAgentKey, newSecret } from './secrets.js';

/** WeChat's own zone; every date of its data APIs is meant in it. */
const DEFAULT_TIMEZONE = 'Asia/Shanghai';

/** How long an app found, or not found, is remembered: the collector asks for every batch. Unit: ms. */
const REMEMBER_MS = 5_000;

export interface App {
  appid: string;
  name: string;
  agentKey: string;
  timezone: string;
  agentConfig: CurrentAgentConfig;
}

export interface Apps {
  find(appid: string): Promise<App | undefined>;
  list(): Promise<App[]>;
  /** Adds an app and gives its secret, this once. @throws Refusal APP_EXISTS */
  add(appid: string, name: string): Promise<NewApp>;
  /** Replaces the remote configuration of its agents; no values remove it. */
  configureAgents(appid: string, values: AgentConfig): Promise<CurrentAgentConfig>;
  verifySecret(appid: string, secret: string): Promise<'ok' | 'unknown_app' | 'wrong_secret'>;
}

export function createApps(db: Db, now: () => number): Apps {
  const remembered = new Map<string, { app: App; until: number }>();
  const select = () =>
    db.selectFrom('apps').select(['appid', 'name', 'agent_key as agentKey', 'timezone', 'agent_config']);
  const toApp = ({ agent_config, ...app }: Omit<App, 'agentConfig'> & { agent_config: string | null }): App => ({
    ...app,
    agentConfig: readAgentConfig(agent_config),
  });

  return {
    find: async (appid) => {
      const known = remembered.get(appid);
      if (known !== undefined && known.until > now()) return known.app;
      // Whoever else asks while it is looked up again goes on with what is known.
      if (known !== undefined) known.until = now() + REMEMBER_MS;
      const row = await select()
        .where('appid', '=', appid)
        .executeTakeFirst()
        .catch((error) => {
          // The collector goes on without the database for the apps it knows.
          if (known !== undefined && isRefusal(error, 'DATABASE_DOWN')) return 'unchanged' as const;
          throw error;
        });
      if (row === 'unchanged') return known?.app;
      // Only apps that exist are remembered, so strangers' ids cannot fill the memory.
      if (row === undefined) return undefined;
      const app = toApp(row);
      remembered.set(appid, { app, until: now() + REMEMBER_MS });
      return app;
    },
    list: async () => (await select().orderBy('created_at').orderBy('appid').execute()).map(toApp),
    add: async (appid, name) => {
      const [secret, key] = [newSecret(), newAgentKey()];
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('apps')
        .values({
          appid,
          name,
          secret_hash: hashSecret(secret),
          agent_key: key,
          timezone: DEFAULT_TIMEZONE,
          created_at: now(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (Number(numInsertedOrUpdatedRows) === 0) throw new Refusal('APP_EXISTS', `The app ${appid} is here already.`);
      return { appid, name, secret, key };
    },
    configureAgents: async (appid, values) => {
      const agent_config = storeAgentConfig(values);
      await db.updateTable('apps').set({ agent_config }).where('appid', '=', appid).execute();
      remembered.delete(appid);
      return readAgentConfig(agent_config);
    },
    verifySecret: async (appid, secret) => {
      const row = await db.selectFrom('apps').select('secret_hash').where('appid', '=', appid).executeTakeFirst();
      if (row === undefined) return 'unknown_app';
      return matchesHash(secret, row.secret_hash) ? 'ok' : 'wrong_secret';
    },
  };
}
