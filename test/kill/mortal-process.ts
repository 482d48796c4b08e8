import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Death } from './steps.js';

/** A server in a process of its own that dies as it is told, or when it is killed. */
export interface MortalProcess {
  /** Its address, once it is ready; undefined when it died before. */
  url: Promise<string | undefined>;
  kill(): void;
  stop(): void;
  /** Resolves when it has ended, and says by what. */
  ended: Promise<NodeJS.Signals | number>;
}

/** Bundled before the tests. */
const SCRIPT = fileURLToPath(new URL('../../packages/server/dist/mortal/main.js', import.meta.url));

export function startMortal(data: string, death?: Death): MortalProcess {
  const child = spawn(process.execPath, [SCRIPT, ...(death === undefined ? [] : [JSON.stringify(death)])], {
    env: {
      ...process.env,
      UV_THREADPOOL_SIZE: '16',
      MINILENS_DATA: data,
      MINILENS_PORT: '0',
      MINILENS_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => signal ?? code);
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve(line.slice('ready '.length));
    });
  });
  return {
    url: Promise.race([ready, ended.then(() => undefined)]),
    kill: () => child.kill('SIGKILL'),
    stop: () => child.kill('SIGTERM'),
    ended,
  };
}
