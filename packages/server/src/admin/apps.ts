import type { AgentConfig, CurrentAgentConfig } from '@minilens/wire/agent-config';
import type { Keeping, KeepingBody, NewApp } from '@minilens/wire/report-api';
import type { Db } from '../db/connect.js';
import type { AppsTable } from '../db/tables.js';
import { isRefusal, Refusal } from '../http/refusal.js';
import { readAgentConfig, storeAgentConfig } from './agent-config.js';
import { hashSecret, matchesOneOf, newAgentKey, newSecret } from './secrets.js';

/** WeChat's own zone; every date of its data APIs is meant in it. */
export const DEFAULT_TIMEZONE = 'Asia/Shanghai';

/** How long an app found, or not found, is remembered: the collector asks for every batch. Unit: ms. */
export const REMEMBER_MS = 5_000;

/** Whether what was read at that moment (Unix ms) still counts; not where the clock was set back since. */
export const isFresh = (readAt: number, now: number) => now >= readAt && now - readAt < REMEMBER_MS;

/** How long data is kept where an app says nothing else. Unit: days. */
const DEFAULT_DAYS = { events: 90, rollups: 1_095 };

export interface App {
  appid: string;
  name: string;
  agentKey: string;
  timezone: string;
  agentConfig: CurrentAgentConfig;
  keeping: Keeping;
  /** Events before this moment (Unix ms) are not there any more; 0 where all are. */
  eventsGone: number;
}

export interface Apps {
  find(appid: string): Promise<App | undefined>;
  list(): Promise<App[]>;
  /** Adds an app and gives its secret, this once. @throws Refusal APP_EXISTS */
  add(appid: string, name: string): Promise<NewApp>;
  /** Replaces the remote configuration of its agents; no values remove it. */
  configureAgents(appid: string, values: AgentConfig): Promise<CurrentAgentConfig>;
  /** Changes how long its data is kept. @throws Refusal INVALID_REQUEST when rollups would go before their events. */
  keep(appid: string, wanted: KeepingBody): Promise<Keeping>;
  /** Takes no events from before that moment (Unix ms) any more. It never moves back. */
  closeEventsBefore(appid: string, moment: number): Promise<void>;
  /** Remembers that events from before that moment (Unix ms) are gone, or about to go. It never moves back. */
  dropEventsBefore(appid: string, moment: number): Promise<void>;
  verifySecret(appid: string, secret: string): Promise<SecretVerdict>;
}

/** `frozen`: it is the right secret, but works for nothing until its owner thaws it. */
export type SecretVerdict = 'ok' | 'unknown_app' | 'wrong_secret' | 'frozen';

export function createApps(db: Db, now: () => number): Apps {
  const remembered = new Map<string, { app: App; at: number }>();
  let changes = 0;
  const forget = (appid: string) => {
    changes++;
    remembered.delete(appid);
  };
  const select = () =>
    db
      .selectFrom('apps')
      .select([
        'appid',
        'name',
        'agent_key',
        'timezone',
        'agent_config',
        'events_days',
        'rollups_days',
        'events_from',
        'events_gone',
      ]);
  const toApp = (row: Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>): App => ({
    appid: row.appid,
    name: row.name,
    agentKey: row.agent_key,
    timezone: row.timezone,
    agentConfig: readAgentConfig(row.agent_config),
    keeping: readKeeping(row),
    eventsGone: Number(row.events_gone ?? 0),
  });

  const raise = async (appid: string, column: 'events_from' | 'events_gone', moment: number) => {
    await db
      .updateTable('apps')
      .set({ [column]: moment })
      .where('appid', '=', appid)
      .where((where) => where.or([where(column, 'is', null), where(column, '<', moment)]))
      .execute();
    forget(appid);
  };

  return {
    find: async (appid) => {
      const known = remembered.get(appid);
      if (known !== undefined && isFresh(known.at, now())) return known.app;
      // Whoever else asks while it is looked up again goes on with what is known.
      if (known !== undefined) known.at = now();
      const before = changes;
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
      // What was read during a change may be older than it.
      if (before === changes) remembered.set(appid, { app, at: now() });
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
      forget(appid);
      return readAgentConfig(agent_config);
    },
    keep: async (appid, { eventsDays, rollupsDays }) => {
      const row = await select().where('appid', '=', appid).executeTakeFirstOrThrow();
      const wanted = {
        events_days: eventsDays ?? row.events_days,
        rollups_days: rollupsDays ?? row.rollups_days,
      };
      const keeping = readKeeping({ ...row, ...wanted });
      if (keeping.rollupsDays < keeping.eventsDays)
        throw new Refusal(
          'INVALID_REQUEST',
          `Rollups would be kept ${keeping.rollupsDays} days and events ${keeping.eventsDays}. Keep rollups at least as long.`,
        );
      await db.updateTable('apps').set(wanted).where('appid', '=', appid).execute();
      forget(appid);
      return keeping;
    },
    closeEventsBefore: (appid, moment) => raise(appid, 'events_from', moment),
    dropEventsBefore: (appid, moment) => raise(appid, 'events_gone', moment),
    verifySecret: async (appid, secret) => {
      const row = await db
        .selectFrom('apps')
        .select(['secret_hash', 'old_secret_hash', 'old_secret_until', 'frozen_at'])
        .where('appid', '=', appid)
        .executeTakeFirst();
      if (row === undefined) return 'unknown_app';
      if (!matchesOneOf(secret, row, now())) return 'wrong_secret';
      return row.frozen_at === null ? 'ok' : 'frozen';
    },
  };
}

const readKeeping = (row: Pick<AppsTable, 'events_days' | 'rollups_days' | 'events_from'>): Keeping => ({
  eventsDays: row.events_days ?? DEFAULT_DAYS.events,
  rollupsDays: row.rollups_days ?? DEFAULT_DAYS.rollups,
  eventsFrom: row.events_from === null ? null : Number(row.events_from),
});
