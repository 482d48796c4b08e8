import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { benchAgent } from './agent.js';
import { document } from './document.js';
import { benchIngest } from './ingest.js';
import { benchPush } from './push.js';
import { benchQuestions } from './questions.js';
import { keepResult, newestResult, type Result } from './results.js';
import type { Row } from './row.js';
import { benchWeb } from './web.js';

/** Events of the history that questions are asked of and screens show. The bar speaks of 100 million; making those takes a while. */
const events = Number(process.env.MINILENS_BENCH_EVENTS ?? 5_000_000);

const SUITES: Record<string, () => Promise<Row[]>> = {
  agent: benchAgent,
  ingest: () => benchIngest(),
  questions: () => benchQuestions({ events }),
  push: () => benchPush(),
  web: () => benchWeb({ events }),
};
const names = Object.keys(SUITES);

/** Questions and the disk they are asked of are one suite, since both need the same history. */
const ALSO_CALLED: Record<string, string> = { query: 'questions', disk: 'questions' };

const wanted = process.argv.slice(2).map((word) => ALSO_CALLED[word] ?? word);
const unknown = wanted.find((word) => !names.includes(word));
if (unknown !== undefined) {
  console.error(`There is no suite "${unknown}". Name any of ${names.join(', ')}, or none to run all.`);
  process.exit(1);
}

for (const [suite, run] of Object.entries(SUITES)) {
  if (wanted.length > 0 && !wanted.includes(suite)) continue;
  console.log(`Measuring ${suite} …`);
  const loadBefore = loadavg()[0] as number;
  const rows = await run();
  keepResult(suite, loadBefore, rows);
  print(rows);
}
const results = names.map(newestResult).filter((result): result is Result => result !== undefined);
writeFileSync(
  'docs/benchmarks.md',
  document(results, readFileSync('bench/experiments.md', 'utf8').replaceAll('(../docs/', '(')),
);
console.log('Written to docs/benchmarks.md and bench/results.');

function print(rows: Row[]): void {
  console.table(
    rows.map(({ name, subject = '', value, unit, ratio = '', bar = '' }) => ({
      name,
      subject,
      value,
      unit,
      ratio,
      bar,
    })),
  );
}
