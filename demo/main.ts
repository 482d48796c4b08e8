import { relative, resolve } from 'node:path';
import { begin, discard, findServer, finish, lookInto } from './data-directory.js';
import { makeData } from './make-data.js';
import { createMinilens } from './minilens.js';

const data = resolve(process.env.MINILENS_DATA || 'demo-data');
const shownData = relative('', data).startsWith('..') ? data : `./${relative('', data)}`;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
const minilens = createMinilens(data, stop.signal);

try {
  await prepare();
  process.exitCode = (await minilens.serve()) ?? 1;
} catch (error) {
  if (stop.signal.aborted) console.log('Stopped. Nothing was kept; the next run begins anew.');
  else console.error(`demo: ${(error as Error).message}`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}

/** Leaves a data directory with a month of traffic up to now. */
async function prepare(): Promise<void> {
  if (process.env.MINILENS_CLICKHOUSE_URL)
    throw new Error('MINILENS_CLICKHOUSE_URL is set, but the demo keeps its events in its own folder: unset it.');

  const contents = lookInto(data, Date.now());
  if (contents === 'foreign')
    throw new Error(`${shownData} holds data that is not the demo's. Let MINILENS_DATA name another folder.`);
  if (contents === 'of today')
    return console.log(`Using the traffic made today in ${shownData}; delete that folder to have it made anew.\n`);
  const server = await findServer(data);
  if (server) throw new Error(`A server is running on ${shownData}, at ${server}. Stop it first.`);

  console.log(`Making 30 days of a tea shop's traffic in ${shownData}; this takes less than a minute …`);
  begin(data);
  try {
    await makeData(minilens, Date.now());
    finish(data, Date.now());
  } catch (error) {
    discard(data);
    throw error;
  }
}
