import { resolve } from 'node:path';
import { createMinilens } from './minilens.js';
import { prepare } from './prepare.js';

const data = resolve(process.env.MINILENS_DATA || 'demo-data');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
const minilens = createMinilens(data, stop.signal);

try {
  await prepare(minilens, data);
  process.exitCode = (await minilens.serve()) ?? 1;
} catch (error) {
  if (stop.signal.aborted) console.log('Stopped. Nothing was kept; the next run begins anew.');
  else console.error(`demo: ${(error as Error).message}`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}
