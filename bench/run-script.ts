import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Runs one of the built scripts beside this file in a process of its own and reads the JSON on its last line. */
export async function runScript<Report>(name: string, order: unknown): Promise<Report> {
  const path = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [path, JSON.stringify(order)], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string);
}
