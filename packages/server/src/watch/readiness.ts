import { statfs } from 'node:fs/promises';
import type { Store } from '@minilens/store/connect';
import type { Accounts } from '../admin/accounts.js';
import type { Spool } from '../collect/spool.js';
import { DUTIES, type Duty } from '../roles.js';

/** One part of the process, and the duties that cannot be done without it. */
export interface Part {
  part: 'process' | 'spool' | 'disk' | 'event store' | 'schema' | 'accounts';
  isReady: boolean;
  says: string;
  neededFor: Duty[];
}

export interface Readiness {
  /** Looks at every part. Never throws: a part that fails is not ready. */
  look(): Promise<Part[]>;
  /** From now on nothing is ready: a stop was asked for. */
  stop(): void;
}

export interface ReadinessDeps {
  store: Store;
  accounts: Accounts;
  spool: Pick<Spool, 'pending' | 'limitBytes'>;
  dataDirectory: string;
  /** Whether the event store has the newest schema. */
  isStorePrepared: () => boolean;
  /** Whether the event store did not take what it was last given. */
  isStoreFailing: () => boolean;
}

/** How long a part may take to answer. Balancers give up after about as long. Unit: ms. */
const PATIENCE_MS = 3_000;

/** Free space below which the next batch may not be taken. Unit: bytes. */
const LEAST_DISK_BYTES = 16 * 1024 ** 2;

/** While the event store or the accounts are away, a collector goes on: it keeps batches in its spool, and its apps in mind. */
const NEEDED_FOR = {
  process: DUTIES,
  spool: ['collect'],
  disk: ['collect'],
  'event store': ['report', 'jobs'],
  schema: ['report', 'jobs'],
  accounts: ['report', 'jobs'],
} as const satisfies Record<Part['part'], readonly Duty[]>;

export function createReadiness({
  store,
  accounts,
  spool,
  dataDirectory,
  isStorePrepared,
  isStoreFailing,
}: ReadinessDeps): Readiness {
  let isStopping = false;
  const storeAnswers = answersInTime(() => store.ping());
  const accountsAnswer = answersInTime(() => accounts.isEmpty());
  const diskHasRoom = async () => {
    const { bavail, bsize } = await statfs(dataDirectory);
    return bavail * bsize >= LEAST_DISK_BYTES;
  };
  const part = (name: Part['part'], isReady: boolean, otherwise: string): Part => ({
    part: name,
    isReady,
    says: isReady ? 'ok' : otherwise,
    neededFor: [...NEEDED_FOR[name]],
  });

  return {
    look: async () => {
      const [isStoreUp, areAccountsUp, hasRoom] = await Promise.all([
        storeAnswers(),
        accountsAnswer(),
        diskHasRoom().catch(() => false),
      ]);
      return [
        part('process', !isStopping, 'it is stopping'),
        part('spool', spool.pending().bytes < spool.limitBytes, 'it is full: the event store is behind'),
        part('disk', hasRoom, 'the disk of the data directory is full or cannot be read'),
        part(
          'event store',
          isStoreUp && !isStoreFailing(),
          `it does not ${isStoreUp ? 'take events' : 'answer'}; collecting goes on`,
        ),
        part(
          'schema',
          isStorePrepared(),
          'the event store was not yet brought to the newest schema, or a restore into it is not over',
        ),
        part('accounts', areAccountsUp, 'the accounts database does not answer'),
      ];
    },
    stop: () => {
      isStopping = true;
    },
  };
}

/** Whether it succeeds in time. Who asks while it is still being asked shares the answer, so that no crowd asks a part that hangs. */
function answersInTime(ask: () => Promise<unknown>): () => Promise<boolean> {
  let asking: Promise<boolean> | undefined;
  return () => {
    asking ??= ask()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asking = undefined;
      });
    return inTime(asking, PATIENCE_MS);
  };
}

async function inTime(answer: Promise<boolean>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
