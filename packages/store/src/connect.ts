import { type ClickHouseClient, ClickHouseLogLevel, createClient, parseError } from '@clickhouse/client';
import { type Embedded, openEmbedded } from './embedded.js';
import { inWords, isUnreachable, ShardsAway } from './store-away.js';

/**
 * Where the events live: a directory for the embedded engine, the URL of a ClickHouse server, or a cluster by the name
 * the servers know it by, with the URL of every server in it.
 */
export type StoreLocation = { path: string } | { urls: readonly string[]; cluster?: string | undefined };

/** What a question may take, and a block. Unit: ms. */
const PATIENCE_MS = 30_000;

/**
 * The event store, opened for its first statement. Embedded, server and cluster speak through the same client and the
 * same SQL.
 *
 * The embedded connection turns `clickhouse_settings` into `SET` statements that outlive their query and reach every
 * other one, so nothing in this package passes settings that way: they stand in the statement itself.
 *
 * What fails is thrown to whoever asked, and logged there; the clients themselves stay silent.
 *
 * @param prepare is waited for before any statement runs, such as the migration of a server that was away at the start.
 * @param options `connections` to the embedded engine: so many statements run beside each other. `patienceMs`: how long
 * a server may be silent before its statement counts as failed, and `writePatienceMs` the same of one that changes something.
 * @throws a sentence when the client does not take a URL.
 */
export function connectStore(
  location: StoreLocation,
  prepare = async () => {},
  options: { connections?: number; patienceMs?: number; writePatienceMs?: number } = {},
): Store {
  const { connections = 1, patienceMs = PATIENCE_MS, writePatienceMs = patienceMs } = options;
  if ('path' in location) {
    const embedded = openEmbedded(location.path, { connections });
    return new Store([createClient({ connection: embedded.connection })], { prepare, embedded });
  }
  const clients = location.urls.map((url) => connectServer(url, patienceMs));
  const writers =
    writePatienceMs === patienceMs ? clients : location.urls.map((url) => connectServer(url, writePatienceMs));
  return new Store(clients, { writers, cluster: location.cluster, prepare });
}

function connectServer(url: string, request_timeout: number): ClickHouseClient {
  try {
    return createClient({ url, application: 'minilens', log: { level: ClickHouseLogLevel.OFF }, request_timeout });
  } catch {
    // What the client says may quote a piece of a password.
    throw new Error(
      'MINILENS_CLICKHOUSE_URL is set, but the ClickHouse client does not take it. Remove what stands behind its ?, and write special characters of the password as %40.',
    );
  }
}

/** Tables of every shard that one statement may insert into as one. */
type SpreadTable = 'intake';

/** Rows to insert, each the text of one JSON object. Settings stand in the statement's text: none comes from outside. */
export interface Lines {
  table: string;
  settings: Readonly<Record<string, string | number>>;
  /** Each the text of one JSON object, or its bytes. */
  lines: readonly (string | Buffer)[];
}

interface StoreOptions {
  writers?: readonly ClickHouseClient[];
  cluster?: string | undefined;
  prepare?: () => Promise<void>;
  embedded?: Embedded | undefined;
}

/**
 * The event store: one engine, or the nodes of a cluster that shares the users out among its shards. Every node has all
 * tables for itself, so each is a store of its own too; a user's events, and everything computed from them, lie on one
 * shard. So whatever counts users is computed on each shard and added up.
 */
export class Store {
  readonly #clients: readonly ClickHouseClient[];
  /** The same nodes, for statements that change something and may take longer. */
  readonly #writers: readonly ClickHouseClient[];
  /** Name of the cluster; undefined when one engine is the whole store. */
  readonly cluster: string | undefined;
  readonly #prepare: () => Promise<void>;
  /** The engine in this process, where there is one. */
  readonly #embedded: Embedded | undefined;
  /** Index of the node that answered last. */
  #preferred = 0;
  #isClosed = false;

  constructor(clients: readonly ClickHouseClient[], options: StoreOptions = {}) {
    const { writers = clients, cluster, prepare = async () => {}, embedded } = options;
    if (cluster !== undefined && !/^[A-Za-z0-9_.-]{1,64}$/.test(cluster))
      throw new Error(`The cluster name ${JSON.stringify(cluster)} has a forbidden character`);
    this.#clients = clients;
    this.#writers = writers;
    this.cluster = cluster;
    this.#prepare = prepare;
    this.#embedded = embedded;
  }

  /** Every node by itself, whether it can be reached or not. */
  get nodes(): readonly Store[] {
    const shared = { prepare: this.#prepare, embedded: this.#embedded };
    return this.#clients.map(
      (client, i) => new Store([client], { ...shared, writers: [this.#writers[i] as ClickHouseClient] }),
    );
  }

  /**
   * One node of every shard, to do on each what concerns its own tables only.
   * @throws when no node of a shard answers.
   */
  async shards(): Promise<readonly Store[]> {
    if (this.cluster === undefined) return [this];
    // What keeps the whole store from being asked is no node that is away.
    await this.#prepare();
    const found = new Map<number, Store>();
    let howMany = 0;
    let lastError: unknown;
    for (const node of this.nodes) {
      try {
        const { own, all } = await shardOf(node, this.cluster);
        howMany = all;
        if (!found.has(own)) found.set(own, node);
      } catch (error) {
        lastError = error;
      }
    }
    if (howMany === 0 || found.size < howMany) throw new ShardsAway(this.cluster, found.size, howMany, lastError);
    return [...found].sort(([a], [b]) => a - b).map(([, node]) => node);
  }

  /** The table as it is inserted into: every row goes to its user's shard. */
  spread(table: SpreadTable): string {
    return this.cluster === undefined ? table : `${table}_all`;
  }

  /**
   * What a SELECT gives on every shard, laid together, to stand behind FROM. What it computes of users can be added up.
   * A shard that does not answer fails the statement: half an answer would be a wrong one.
   */
  everywhere(select: string): string {
    return this.cluster === undefined ? `(${select})` : `cluster('${this.cluster}', view(${select}))`;
  }

  /** Runs it on the node that answered last, and on each other in turn while none can be reached. */
  async run<T>(work: (client: ClickHouseClient) => Promise<T>, { writes = false } = {}): Promise<T> {
    await this.#prepare();
    const clients = writes ? this.#writers : this.#clients;
    for (let tries = 1; ; tries++) {
      try {
        return await work(clients[this.#preferred] as ClickHouseClient);
      } catch (error) {
        // What was cut by closing is not tried elsewhere.
        if (this.#isClosed || tries >= clients.length || !isUnreachable(error)) throw inWords(error);
        this.#preferred = (this.#preferred + 1) % this.#clients.length;
      }
    }
  }

  /**
   * Inserts rows with settings that count for this statement alone. The embedded
   * engine is handed their bytes: as text of a statement they would be copied five times over, and everybody waits
   * meanwhile.
   */
  async insertLines({ table, settings, lines }: Lines): Promise<void> {
    const embedded = this.#embedded;
    if (embedded === undefined) {
      const named = Object.entries(settings).map(
        ([name, value]) => `${name} = ${typeof value === 'string' ? `'${value}'` : value}`,
      );
      const statement = `INSERT INTO ${table} SETTINGS ${named.join(', ')} FORMAT JSONEachRow`;
      return execute(this, `${statement}\n${lines.join('\n')}`);
    }
    await withBytes(lines, (values) =>
      this.run(() =>
        embedded.insertBytes({ table, format: 'JSONEachRow', values, settings }).catch((error) => {
          throw parseError(error);
        }),
      ),
    );
  }

  /** Whether `untilWritten` may remember: not where other processes write too. */
  get remembers(): boolean {
    return this.#embedded !== undefined;
  }

  /** Rows that `read` gives; from memory where nothing was written since they were read under that name. */
  async untilWritten<Row>(name: string, read: () => Promise<Row[]>): Promise<readonly Row[]> {
    return this.#embedded === undefined ? read() : this.#embedded.memory.read(name, read);
  }

  /** Whether the store answers with all its shards. @throws why it does not. */
  async ping(): Promise<void> {
    await selectRows(this, `SELECT sum(one) AS answers FROM ${this.everywhere('SELECT 1 AS one')}`);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...new Set([...this.#clients, ...this.#writers])].map((client) => client.close()));
  }
}

/** Which shard a node is, of how many. */
async function shardOf(node: Store, cluster: string): Promise<{ own: number; all: number }> {
  const [row] = await selectRows<{ own: number | string; all: number | string }>(
    node,
    'SELECT maxIf(shard_num, is_local) AS own, max(shard_num) AS all FROM system.clusters WHERE cluster = {cluster:String}',
    { cluster },
  );
  const [own, all] = [Number(row?.own ?? 0), Number(row?.all ?? 0)];
  if (own === 0)
    throw new Error(
      `A ClickHouse node does not know itself as one of the cluster ${cluster}: see remote_servers in its configuration`,
    );
  return { own, all };
}

/** Runs a query and gives its rows. Values travel as parameters; their placeholders say the type. */
export async function selectRows<Row>(
  store: Store,
  query: string,
  query_params: Record<string, unknown> = {},
): Promise<Row[]> {
  return store.run(async (client) => (await client.query({ query, query_params, format: 'JSONEachRow' })).json<Row>());
}

/** Runs a statement that gives nothing. Values travel as parameters, as those of a query. */
export async function execute(store: Store, query: string, query_params: Record<string, unknown> = {}): Promise<void> {
  await store.run((client) => client.command({ query, query_params }), { writes: true });
}

/** Where the last insert's bytes were. Memory that a process writes to for the first time can take fifty times as long. */
let room: Buffer | undefined;

/** Lays lines one behind the other for as long as `use` takes. */
async function withBytes(lines: Lines['lines'], use: (bytes: Buffer) => Promise<unknown>): Promise<void> {
  const size = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  const bytes = room !== undefined && room.length >= size ? room : Buffer.allocUnsafeSlow(size);
  room = undefined;
  let length = 0;
  for (const line of lines) {
    length += typeof line === 'string' ? bytes.write(line, length) : line.copy(bytes, length);
    length += bytes.write('\n', length);
  }
  try {
    await use(bytes.subarray(0, length));
  } finally {
    room = bytes;
  }
}
