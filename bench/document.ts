import type { Result } from './results.js';
import type { Row } from './row.js';

/** The text of docs/benchmarks.md. @param experiments its last chapter, written by hand */
export function document(results: Result[], experiments: string): string {
  return `# Benchmarks

Made by \`npm run bench\`; a word after \`--\` (${results.map(({ suite }) => `\`${suite}\``).join(', ')}) measures only that, and every part
below says when it was measured. Everything runs on one machine, the load generator included, and the machine is shared
and noisy: read ratios and orders, not digits. Whatever misses its bar stands here too. The same figures as JSON are in
\`bench/results\`, how they come about is in [bench/README.md](../bench/README.md).
${results.map(section).join('')}
${experiments}`;
}

function section({ suite, date, commit, node, machine, rows }: Result): string {
  const units = new Set(rows.filter(({ subject }) => subject !== undefined).map(({ unit }) => unit));
  const tables = [
    ...[...units].map((unit) => comparison(rows.filter((row) => row.subject !== undefined && row.unit === unit))),
    list(rows.filter(({ subject }) => subject === undefined)),
  ];
  return `
## ${suite}

On ${date} at commit ${commit}: Node ${node}, ${machine.cores} cores of ${machine.cpu}, ${machine.memoryGb} GB, load ${machine.loadBefore.toFixed(1)} before it began.

${tables.filter((table) => table !== '').join('\n')}`;
}

/** One line a subject, one column a measurement. */
function comparison(rows: Row[]): string {
  const columns = rows.filter(({ name }, i) => rows.findIndex((row) => row.name === name) === i);
  const subjects = [...new Set(rows.map(({ subject }) => subject))];
  const cells = (subject: string | undefined) =>
    columns.map(({ name }) => {
      const row = rows.find((row) => row.subject === subject && row.name === name);
      return row ? cell(row) : '';
    });
  return table(
    ['', ...columns.map(({ name, unit, bar }) => `${name}, ${unit}${bar === undefined ? '' : ` (ours ${bar})`}`)],
    subjects.map((subject) => [subject ?? '', ...cells(subject)]),
  );
}

function list(rows: Row[]): string {
  if (rows.length === 0) return '';
  return table(
    ['What', 'Measured', 'Unit', 'Bar', 'How'],
    rows.map((row) => [row.name, cell(row), row.unit, row.bar ?? '', row.note ?? '']),
  );
}

function cell({ value, ratio }: Row): string {
  const text = typeof value === 'number' ? value.toLocaleString('en-US') : value;
  return ratio === undefined ? text : `${text} (${ratio}×)`;
}

function table(head: string[], lines: string[][]): string {
  return [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |\n`).join('');
}
