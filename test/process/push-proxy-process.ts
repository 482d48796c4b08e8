import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { MINILENS } from './server-process.js';

/** `minilens push proxy` as its owner runs it, in a process of its own. */
export interface PushProxyProcess {
  url: string;
  pid: number;
  /** What it printed so far. */
  printed: string[];
  kill(): Promise<void>;
  /** Asks it to stop, and gives the code it ends with. */
  stop(): Promise<number | null>;
}

/** Starts it on a free port and waits until it listens. @throws with what it printed when it does not. */
export async function startPushProxy(env: Record<string, string>, ...args: string[]): Promise<PushProxyProcess> {
  const child = spawn(process.execPath, [MINILENS, 'push', 'proxy', '--listen', '127.0.0.1:0', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    const read = (line: string) => {
      printed.push(line);
      const [, listening] = /(http:\/\/\S+) →/.exec(line) ?? [];
      if (listening !== undefined) resolve(listening);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', read);
    child.once('close', () => reject(new Error(printed.join('\n'))));
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    await once(child, 'close');
    return child.exitCode;
  };
  return {
    url,
    pid: child.pid as number,
    printed,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}
