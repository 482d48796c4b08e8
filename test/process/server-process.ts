import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

/** The command line as it is installed. */
export const MINILENS = createRequire(import.meta.url).resolve('@minilens/server/bin/minilens.cjs');

const environment = (data: string, env: Record<string, string> = {}) => ({
  ...process.env,
  MINILENS_DATA: data,
  MINILENS_PORT: '0',
  MINILENS_LOG_LEVEL: 'error',
  ...env,
});

/** The built server as its owner runs it, in a process of its own. */
export interface ServerProcess {
  url: string;
  pid: number;
  /** The one-time link, while there is no account. */
  setupLink: string | undefined;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
}

/** Starts `minilens serve` on a data directory and waits until it is ready. @throws with what it printed when it is not. */
export async function startServer(
  data: string,
  { stdin, env, args = [] }: { stdin?: string; env?: Record<string, string>; args?: string[] } = {},
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [MINILENS, 'serve', ...args], {
    env: environment(data, env),
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  // Left open, as a program does that starts another and forgets about it.
  child.stdin?.write(stdin);
  const printed = await readUntilReady(child);
  const link = READY.exec(printed)?.[1] as string;
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return {
    url: new URL(link).origin,
    pid: child.pid as number,
    setupLink: link.includes('/setup') ? link : undefined,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

/** Runs one `minilens` command on a data directory and gives what it printed. */
export const runMinilens = (data: string, ...args: string[]): Promise<string> => runMinilensWith({}, data, ...args);

/** The same with settings of its own. */
export async function runMinilensWith(env: Record<string, string>, data: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [MINILENS, ...args], {
    env: environment(data, env),
    maxBuffer: 1 << 26,
  });
  return stdout;
}

/** What `minilens serve` prints when it takes requests, and the address it names. */
const READY = /Minilens is ready\.[\s\S]*?(https?:\/\/\S+)\s/;

function readUntilReady(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (chunk: Buffer) => {
      printed += chunk;
      if (READY.test(printed)) resolve(printed);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${printed}`)));
  });
}
