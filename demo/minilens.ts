import { type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

const MINILENS = createRequire(import.meta.url).resolve('@minilens/server/bin/minilens.cjs');

/** The command line as its user has it, on one data directory. Told to stop, it lets the command in hand stop too. */
export function createMinilens(data: string, stopping: AbortSignal) {
  async function run(args: string[], stdio: StdioOptions, withInput?: (input: Writable) => Promise<void>) {
    stopping.throwIfAborted();
    const child = spawn(process.execPath, [MINILENS, ...args], {
      env: { ...process.env, MINILENS_DATA: data },
      stdio,
      // In a group of its own, Ctrl-C reaches it through us only: told twice, the server could not finish what it does.
      detached: true,
    });
    const stop = () => child.kill('SIGTERM');
    stopping.addEventListener('abort', stop);
    const exit = once(child, 'exit');
    const printed = child.stdout ? text(child.stdout) : '';
    // A command that ends early closes its input; its exit code says so.
    if (withInput && child.stdin) await withInput(child.stdin).catch(stop);
    const [code] = await exit;
    stopping.removeEventListener('abort', stop);
    return { code: code as number | null, printed: await printed };
  }

  /** @throws when the command fails; what it said of that stands on the terminal. */
  async function succeed(...given: Parameters<typeof run>): Promise<string> {
    const { code, printed } = await run(...given);
    stopping.throwIfAborted();
    if (code !== 0) throw new Error(`minilens ${given[0].join(' ')} ended with ${code}.`);
    return printed;
  }

  return {
    /** Runs a command and gives what it printed; its progress shows on the terminal. */
    run: (...args: string[]) => succeed(args, ['ignore', 'pipe', 'inherit']),
    /** The same, with something to read. */
    feed: (withInput: (input: Writable) => Promise<void>, ...args: string[]) =>
      succeed(args, ['pipe', 'pipe', 'inherit'], withInput),
    /** Runs the server until it is stopped. Gives its exit code. */
    serve: async () => (await run(['serve'], 'inherit')).code,
  };
}

export type Minilens = ReturnType<typeof createMinilens>;
