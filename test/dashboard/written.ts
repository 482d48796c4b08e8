/** Numbers as the English screens write them, by the unit that the catalogue gives the metric. */

const decimals = (digits: number, least = 0) =>
  new Intl.NumberFormat('en', { maximumFractionDigits: digits, minimumFractionDigits: least });
const [whole, tenth, hundredth] = [decimals(0), decimals(1), decimals(2, 2)];
const large = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

const SIZES = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'KB'],
  [0, 'B'],
] as const;

export function written(value: number | null | undefined, unit = 'count'): string {
  if (value === null || value === undefined) return '—';
  switch (unit) {
    case '%':
      return `${hundredth.format(value)}%`;
    case 'ms':
      return `${whole.format(value)} ms`;
    case 'seconds':
      return `${tenth.format(value)} s`;
    case 'pages':
      return tenth.format(value);
    case 'MB':
      return `${tenth.format(value)} MB`;
    case 'bytes': {
      const [size, name] = SIZES.find(([least]) => value >= least) ?? SIZES[3];
      return `${large.format(value / (size || 1))} ${name}`;
    }
    case 'instant':
      return momentInChina(value);
    default:
      return whole.format(value);
  }
}

const signed = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' });

/** How much more or less than before; nothing where there was nothing. */
export const writtenChange = (now: number, before: number): string =>
  before === 0 ? '' : signed.format((now - before) / Math.abs(before));

export const momentInChina = (instantMs: number) =>
  new Date(instantMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
