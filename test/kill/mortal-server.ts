import type { ClickHouseClient } from '@clickhouse/client';
import { openSpool, type Spool } from '@minilens/server/dist/collect/spool.js';
import { createServer } from '@minilens/server/dist/main.js';
import { loadSettings } from '@minilens/server/dist/settings.js';
import { connectStore, type Store } from '@minilens/store/connect';
import type { Death, Step } from './steps.js';

// The real server in a process of its own, with its spool and its store wrapped so that the process kills itself at a
// named step. Prints its address when it is ready.

const death: Death | undefined = process.argv[2] === undefined ? undefined : JSON.parse(process.argv[2]);
let left = death?.time ?? 0;

function reach(step: Step): void {
  if (step !== death?.step || --left !== 0) return;
  const die = () => process.kill(process.pid, 'SIGKILL');
  if (death.afterMs === 0) die();
  else setTimeout(die, death.afterMs);
}

function mortalSpool(...args: Parameters<typeof openSpool>): Spool {
  const spool = openSpool(...args);
  return {
    ...spool,
    append: async (of, decide) => {
      reach('before a spool write');
      const result = await spool.append(of, (known) => {
        reach('during a spool write');
        return decide(known);
      });
      reach('after a spool write');
      return result;
    },
    nextBlock: (bounds) => {
      // An empty spool is looked into all the time.
      if (spool.pending().batches > 0) reach('before a block is planned');
      return spool.nextBlock(bounds);
    },
    remove: async (block, refused) => {
      const removed = spool.remove(block, refused);
      reach('during a removal');
      await removed;
      reach('after a removal');
    },
  };
}

/** Statements by what they are a step of. */
const STATEMENTS: { says: RegExp; before?: Step; during?: Step; after?: Step }[] = [
  { says: /^INSERT INTO intake/, before: 'before an insert', during: 'during an insert', after: 'after an insert' },
  { says: /^INSERT INTO \w+_hours/, before: 'before a rollup', during: 'during a rollup' },
  {
    says: /^INSERT INTO buckets \(app, hour, rollup\)/,
    before: 'before a rollup comes into force',
    after: 'after a rollup came into force',
  },
  { says: /^ALTER TABLE \w+ DELETE/, during: 'during a sweep' },
];

function mortalStore(...args: Parameters<typeof connectStore>): Store {
  const store = connectStore(...args);
  const run = store.run.bind(store);
  store.run = (work) => run((client) => work(mortalClient(client)));
  const insertLines = store.insertLines.bind(store);
  store.insertLines = (rows) => atSteps(`INSERT INTO ${rows.table}`, () => insertLines(rows));
  return store;
}

function mortalClient(client: ClickHouseClient): ClickHouseClient {
  const command: ClickHouseClient['command'] = (params) => atSteps(params.query, () => client.command(params));
  return new Proxy(client, {
    get: (target, name) => (name === 'command' ? command : Reflect.get(target, name).bind(target)),
  });
}

async function atSteps<Result>(statement: string, run: () => Promise<Result>): Promise<Result> {
  const { before, during, after } = STATEMENTS.find(({ says }) => says.test(statement)) ?? {};
  if (before !== undefined) reach(before);
  const running = run();
  if (during !== undefined) reach(during);
  const result = await running;
  if (after !== undefined) reach(after);
  return result;
}

const server = await createServer(loadSettings(process.env), { openSpool: mortalSpool, connectStore: mortalStore });
server.app.server.prependListener('request', (request, response) => {
  if (request.url !== '/v1/collect') return;
  reach('before a batch is checked');
  response.once('finish', () => reach('after an acknowledgement'));
});
console.log(`ready ${await server.listen()}`);
process.once('SIGTERM', async () => {
  await server.close();
  process.exit(0);
});
