import { relative } from 'node:path';
import { begin, discard, findServer, finish, lookInto } from './data-directory.js';
import { makeData } from './make-data.js';
import type { Minilens } from './minilens.js';

/** Leaves a data directory with a month of traffic up to now. @throws when something else stands there. */
export async function prepare(minilens: Minilens, data: string): Promise<void> {
  if (process.env.MINILENS_CLICKHOUSE_URL)
    throw new Error('MINILENS_CLICKHOUSE_URL is set, but the demo keeps its events in its own folder: unset it.');

  const shown = relative('', data).startsWith('..') ? data : `./${relative('', data)}`;
  const contents = lookInto(data, Date.now());
  if (contents === 'foreign')
    throw new Error(`${shown} holds data that is not the demo's. Let MINILENS_DATA name another folder.`);
  if (contents === 'of today')
    return console.log(`Using the traffic made today in ${shown}; delete that folder to have it made anew.\n`);
  const server = await findServer(data);
  if (server) throw new Error(`A server is running on ${shown}, at ${server.url}. Stop it first.`);

  console.log(`Making 30 days of a tea shop's traffic in ${shown}; this takes less than a minute …`);
  begin(data);
  try {
    await makeData(minilens, Date.now());
    finish(data, Date.now());
  } catch (error) {
    discard(data);
    throw error;
  }
}
