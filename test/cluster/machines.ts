import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type Postgres, startPostgres } from '../../packages/server/src/testing/postgres.js';
import { startClickHouse } from '../clickhouse/server.js';

/** What several processes share, on this machine: a PostgreSQL and a ClickHouse, and the settings that name them. */
export interface Machines {
  postgres: Postgres;
  databaseUrl: string;
  clickHouseUrl: string;
  env: Record<string, string>;
  /** The data directory of a process, by its name. */
  directory(name: string): string;
  remove(): Promise<void>;
}

export async function startMachines(): Promise<Machines> {
  const root = mkdtempSync(join(tmpdir(), 'minilens-machines-'));
  const [postgres, clickHouse] = await Promise.all([startPostgres(), startClickHouse()]);
  const databaseUrl = await createDatabase(postgres.url);
  return {
    postgres,
    databaseUrl,
    clickHouseUrl: clickHouse.url,
    env: { MINILENS_DATABASE_URL: databaseUrl, MINILENS_CLICKHOUSE_URL: clickHouse.url },
    directory: (name) => join(root, name),
    remove: async () => {
      await clickHouse.stop();
      await postgres.remove();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
