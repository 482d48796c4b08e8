import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { benchAgent } from './agent.js';
import { benchIngest } from './ingest.js';
import { benchQuestions } from './questions.js';
import type { Row } from './row.js';

/** Events of the history that questions are asked of. The bar speaks of 100 million; making those takes a while. */
const events = Number(process.env.MINILENS_BENCH_EVENTS ?? 5_000_000);

const SUITES: [what: string, run: () => Promise<Row[]>][] = [
  ['agent', benchAgent],
  ['ingest', () => benchIngest()],
  ['questions', () => benchQuestions({ events })],
];

const rows: Row[] = [];
const loadBefore = loadavg()[0] as number;
for (const [what, run] of SUITES) {
  console.log(`Measuring ${what} …`);
  rows.push(...(await run()));
}

const result = {
  date: new Date().toISOString().slice(0, 10),
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  node: process.version,
  machine: {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    loadBefore,
  },
  rows,
};
mkdirSync('bench/results', { recursive: true });
writeFileSync(`bench/results/${result.date}.json`, `${JSON.stringify(result, null, 2)}\n`);
writeFileSync('docs/benchmarks.md', document());
console.table(Object.fromEntries(rows.map(({ name, value, unit, bar }) => [name, { value, unit, bar: bar ?? '' }])));
console.log('Written to docs/benchmarks.md and bench/results.');

function document(): string {
  const { machine } = result;
  const lines = rows.map(
    ({ name, value, unit, bar = '', note = '' }) =>
      `| ${name} | ${value.toLocaleString('en-US')} | ${unit} | ${bar} | ${note} |`,
  );
  return `# Benchmarks

Made by \`npm run bench\` on ${result.date} at commit ${result.commit}: Node ${result.node}, ${machine.cores} cores of ${machine.cpu}, ${machine.memoryGb} GB,
load ${machine.loadBefore.toFixed(1)} before it began. The load generator runs on the same cores. The machine is shared and noisy: read ratios
and orders, not digits. Whatever misses its bar stands here too. The same figures as JSON are in \`bench/results\`;
\`MINILENS_BENCH_EVENTS=100000000 npm run bench\` asks the questions of a larger history.

| What | Measured | Unit | Bar | How |
|---|---|---|---|---|
${lines.join('\n')}
`;
}
