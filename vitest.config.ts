import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Tests read the packages' sources, so that a failing line is the line you edit. The condition is our own word: the
 * test runner hands it to Node for every package, and `source` means something to some of them.
 */
const conditions = ['minilens-source', 'node'];
const fromSource = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** The longest take ten seconds on a machine with nothing else to do, and few machines have nothing else to do. */
const PATIENCE_MS = 60_000;

/** They count what was answered within a second, so nothing else runs beside them. */
const TIMED = ['test/push/day.test.ts'];

/** They wait until a server loses its patience: begun before all others, nobody waits for them at the end. */
const WAITING = ['test/slow-clients.test.ts'];

class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waits = ({ moduleId }: TestSpecification) => WAITING.some((file) => moduleId.endsWith(file));
    return [...sorted.filter(waits), ...sorted.filter((file) => !waits(file))];
  }
}

export default defineConfig({
  ...fromSource,
  test: {
    globalSetup: ['scripts/bundle-agent-once.mjs', 'packages/server/src/testing/store-once.ts'],
    // The embedded ClickHouse must stay off worker threads: a thread that exits takes the process with it.
    pool: 'forks',
    // One more than the smallest machine has processors: a third of the time files wait for disks, servers and browsers.
    maxWorkers: 3,
    sequence: { sequencer: WaitingFirst },
    projects: [
      {
        ...fromSource,
        test: {
          name: 'packages',
          include: ['{packages/*/src,packages/agent/conformance,demo}/**/*.test.{ts,tsx}'],
          // Loading what they test takes longer than most of them: once for each worker is enough.
          isolate: false,
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
      {
        // What keeps accounts, once more on PostgreSQL.
        ...fromSource,
        test: {
          name: 'postgres',
          include: [
            'packages/server/src/{admin,cli,wechat}/**/*.test.ts',
            'packages/server/src/collect/collect.test.ts',
            'packages/server/src/jobs/rollup-ids.test.ts',
            'packages/server/src/reports/issue-states.test.ts',
          ],
          globalSetup: 'packages/server/src/testing/postgres-once.ts',
          isolate: false,
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
      {
        // Each file starts servers of its own, and three files share the processors.
        ...fromSource,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...TIMED],
          globalSetup: 'scripts/bundle-server-once.mjs',
          isolate: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        ...fromSource,
        test: {
          name: 'timed',
          include: TIMED,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
