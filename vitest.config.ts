import { defineConfig } from 'vitest/config';

/** Tests read the packages' sources, so that a failing line is the line you edit. */
const fromSource = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] } } };

export default defineConfig({
  test: {
    // The embedded ClickHouse must stay off worker threads: a thread that exits takes the process with it.
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { ...fromSource, test: { name: 'packages', include: ['packages/*/src/**/*.test.{ts,tsx}'], testTimeout: 20_000 } },
      { ...fromSource, test: { name: 'system', include: ['test/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false } },
    ],
  },
});
