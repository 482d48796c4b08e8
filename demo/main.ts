import { resolve } from 'node:path';
import { readAgentCode } from '@minilens/simulator/agent-code';
import { goOn } from './go-on.js';
import { createMinilens } from './minilens.js';
import { prepare } from './prepare.js';

const data = resolve(process.env.MINILENS_DATA || 'demo-data');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
const minilens = createMinilens(data, stop.signal);

try {
  await prepare(minilens, data);
  const closed = new AbortController();
  const served = minilens.serve().finally(() => closed.abort());
  const visits = goOn(data, readAgentCode(), AbortSignal.any([stop.signal, closed.signal])).catch((error) =>
    console.error(`demo: no live visits: ${(error as Error).message}`),
  );
  process.exitCode = (await served) ?? 1;
  await visits;
} catch (error) {
  if (stop.signal.aborted) console.log('Stopped. Nothing was kept; the next run begins anew.');
  else console.error(`demo: ${(error as Error).message}`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}
