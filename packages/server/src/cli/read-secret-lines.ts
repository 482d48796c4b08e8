import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/**
 * One line of standard input for each of these. Somebody at a terminal is asked for them by name and sees nothing of what
 * they type. Standard input is closed then: see bin/minilens.cjs.
 */
export async function readSecretLines(names: readonly string[]): Promise<string[]> {
  const isTerminal = process.stdin.isTTY === true;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: isTerminal });
  const read: string[] = [];
  try {
    const each = lines[Symbol.asyncIterator]();
    for (const name of names) {
      if (isTerminal) process.stderr.write(`${name} (hidden): `);
      const { value, done } = await each.next();
      if (isTerminal) process.stderr.write('\n');
      if (done) break;
      read.push(value);
    }
  } finally {
    lines.close();
    process.stdin.destroy();
    closeSync(0);
    openSync('/dev/null', 'r');
  }
  return read;
}
