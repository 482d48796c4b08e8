import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const START_TRIES = 200;

export interface ClickHouseProcess {
  url: string;
  /** Ends it at once, as a power cut would. What it holds stays. */
  kill(): Promise<void>;
  /** Starts it again with what it holds, at the same address. */
  restart(): Promise<void>;
  /** Ends it and removes what it holds. */
  stop(): Promise<void>;
}

/** A ClickHouse server of its own with nothing in it. */
export const startClickHouse = async (port?: number): Promise<ClickHouseProcess> =>
  startProcess(port ?? (await freePort()));

/** One that may make replicated tables, and whose Keeper gives it no session: its replicas can only be read. */
export async function startWithLostKeeper(): Promise<ClickHouseProcess> {
  const config =
    '<clickhouse><zookeeper><implementation>testkeeper</implementation></zookeeper><interserver_http_host>127.0.0.1</interserver_http_host></clickhouse>';
  return startProcess(await freePort(), { tcpPort: await freePort(), config });
}

/** The name under which the nodes of `startCluster` know each other. */
export const CLUSTER = 'minilens';

/** ClickHouse servers that are the shards of one cluster. */
export async function startCluster({ shards: howMany = 3 } = {}): Promise<ClickHouseProcess[]> {
  const ports = await Promise.all(Array.from({ length: 2 * howMany }, () => freePort()));
  const [http, tcp] = [ports.slice(0, howMany), ports.slice(howMany)];
  const shards = tcp.map((port) => `<shard><replica><host>127.0.0.1</host><port>${port}</port></replica></shard>`);
  const config = `<clickhouse><remote_servers><${CLUSTER}>${shards.join('')}</${CLUSTER}></remote_servers></clickhouse>`;
  return Promise.all(http.map((port, i) => startProcess(port, { tcpPort: tcp[i] as number, config })));
}

async function startProcess(httpPort: number, node?: { tcpPort: number; config: string }): Promise<ClickHouseProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'minilens-clickhouse-'));
  const script = fileURLToPath(new URL('./server-process.cjs', import.meta.url));
  const words = [script, join(directory, 'data'), String(httpPort)];
  if (node !== undefined) {
    const configFile = join(directory, 'config.xml');
    writeFileSync(configFile, node.config);
    words.push(String(node.tcpPort), configFile);
  }
  const url = `http://127.0.0.1:${httpPort}`;
  let child: ChildProcess;
  let isWanted = true;

  // Such a process ends itself when a peer resets a connection, which a real server survives: then it is started again,
  // as whoever looks after real ones does.
  const start = () => {
    child = spawn(process.execPath, words, { stdio: 'ignore' });
    child.once('exit', () => isWanted && start());
  };
  const kill = async () => {
    isWanted = false;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const stop = async () => {
    await kill();
    rmSync(directory, { recursive: true, force: true });
  };
  const restart = async () => {
    isWanted = true;
    start();
    for (let tries = 0; tries < START_TRIES; tries++) {
      const answers = await fetch(`${url}/ping`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (answers) return;
      await sleep(100);
    }
    await stop();
    throw new Error('The ClickHouse server did not start');
  };
  await restart();
  return { url, kill, restart, stop };
}

/**
 * A port nobody listens on now, below those that the system gives to outgoing connections: one of these might take it
 * before the server does, or while a server is down.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ]);
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
