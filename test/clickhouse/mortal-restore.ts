import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { MINILENS } from '../process/server-process.js';

/** Where on its way a restore is killed. */
export interface Death {
  /** Which server the statement goes to: the ClickHouse nodes in their order, then PostgreSQL. */
  server: number;
  /** What the statement says, as it is on the wire. */
  says: RegExp;
  /** Whether the server never hears of it, or has done it and nobody hears that. */
  when: 'before' | 'after';
}

export interface MortalRestore {
  /**
   * Runs `minilens restore` until it ends or is killed, and gives by what and what it printed.
   *
   * @param hear is told what it says to its servers.
   */
  run(
    data: string,
    death?: Death | { afterMs: number },
    hear?: (said: string) => void,
  ): Promise<{ end: NodeJS.Signals | number; printed: string }>;
  close(): void;
}

/**
 * The restore command as its owner runs it, killed at a named statement: all it says to its servers is overheard.
 *
 * @param env its settings, with a cluster and a PostgreSQL.
 */
export async function createMortalRestore(env: Record<string, string>, backup: string): Promise<MortalRestore> {
  const { MINILENS_CLICKHOUSE_URL: nodes = '', MINILENS_DATABASE_URL: database = '' } = env;
  let death: Death | undefined;
  let kill = () => {};
  let hear = (_said: string) => {};
  const urls = [...nodes.split(','), database];
  const proxies = await Promise.all(urls.map((url, server) => listenIn(new URL(url), server)));

  async function listenIn(url: URL, server: number) {
    const proxy = createServer((client) => {
      const behind = connect(Number(url.port), url.hostname);
      let isDying = false;
      client.on('data', (chunk) => {
        const said = decode(chunk);
        hear(said);
        isDying ||= death?.server === server && death.says.test(said);
        if (isDying && death?.when === 'before') kill();
        else behind.write(chunk);
      });
      behind.on('data', (chunk) => (isDying ? kill() : client.write(chunk)));
      // What was said is said: the server finishes it, though nobody is there to hear.
      client.on('close', () => behind.end()).on('error', () => {});
      behind.on('close', () => client.end()).on('error', () => {});
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const overheard = new URL(url);
    overheard.port = String((proxy.address() as AddressInfo).port);
    return { url: overheard.href.replace(/\/$/, ''), close: () => proxy.close() };
  }

  const overheard = proxies.map(({ url }) => url);
  const settings = {
    ...env,
    MINILENS_CLICKHOUSE_URL: overheard.slice(0, -1).join(','),
    MINILENS_DATABASE_URL: overheard.at(-1),
  };
  return {
    run: async (data, moment, onSaid = () => {}) => {
      const child = spawn(process.execPath, [MINILENS, 'restore', backup], {
        env: { ...process.env, ...settings, MINILENS_DATA: data },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      hear = onSaid;
      kill = () => child.kill('SIGKILL');
      death = moment !== undefined && 'says' in moment ? moment : undefined;
      const killing = moment !== undefined && 'afterMs' in moment ? setTimeout(kill, moment.afterMs) : undefined;
      let printed = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => {
          printed += chunk;
        });
      const [code, signal] = await once(child, 'close');
      clearTimeout(killing);
      death = undefined;
      return { end: signal ?? code, printed };
    },
    close: () => {
      for (const { close } of proxies) close();
    },
  };
}

/** Statements stand in the path of a request that brings rows, and elsewhere as they are. */
const decode = (chunk: Buffer) => chunk.toString('latin1').replaceAll('+', ' ').replaceAll('%20', ' ');
