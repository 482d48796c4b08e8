import type { Grain } from '../trend/trend';

/** Numbers and moments as the reader's language writes them, in the zone of the app. */
export interface Format {
  count(value: number): string;
  /** Two decimals. A rate that is not quite 100 never reads 100: one failure in a million must be seen. */
  percent(value: number | null): string;
  /** The bare number: the name beside it says the unit. */
  milliseconds(value: number | null): string;
  moment(instantMs: number): string;
  /** The same without its day. */
  time(instantMs: number): string;
  /** With its unit, where that is not a count. */
  value(value: number | null, unit: Unit): string;
  /** How much more or less than before, as `+12.5%`; nothing where there was nothing before. */
  change(now: number | null, before: number | null): string;
  /** The minute, hour, day, week or month of a trend that starts then. */
  bucket(instantMs: number, grain: 'minute' | Grain): string;
}

/** Of a metric, as the catalogue says it. */
export type Unit = 'count' | 'seconds' | 'pages' | '%' | 'ms' | 'bytes' | 'MB' | 'instant';

const NONE = '—';

/** From the start of a week into its last day, also where a clock is put forward in it. */
const LAST_DAY_OF_WEEK_MS = 6.5 * 86_400_000;

const BYTES = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'KB'],
] as const;

const made = new Map<string, Format>();

/** The one of a language and a zone: its dozen formatters take long to make, and every figure needs it. */
export function formatOf(locale: string, timeZone: string): Format {
  const key = `${locale} ${timeZone}`;
  const format = made.get(key) ?? createFormat(locale, timeZone);
  made.set(key, format);
  return format;
}

function createFormat(locale: string, timeZone: string): Format {
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const rates = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const date = (parts: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...parts });
    return (instantMs: number) => formatter.format(instantMs);
  };
  // Swedish writes 2026-11-22 15:04:05, which is short and reads the same in every language.
  const times = new Intl.DateTimeFormat('sv-SE', { timeZone, timeStyle: 'medium' });
  const moments = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const day = { month: 'short', day: 'numeric' } as const;
  const hour = { hour: '2-digit', minute: '2-digit' } as const;
  const days = new Intl.DateTimeFormat(locale, { timeZone, ...day });
  const buckets: Record<'minute' | Grain, (instantMs: number) => string> = {
    minute: date(hour),
    hour: date({ ...day, ...hour }),
    day: date({ ...day, weekday: 'short' }),
    week: (instantMs) => days.formatRange(instantMs, instantMs + LAST_DAY_OF_WEEK_MS),
    month: date({ year: 'numeric', month: 'short' }),
  };

  const changes = new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
  const decimals = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const large = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });

  const percent: Format['percent'] = (value) => {
    if (value === null) return NONE;
    if (value < 100 && value >= 99.995) return `>${rates.format(99.99)}%`;
    if (value > 0 && value < 0.005) return `<${rates.format(0.01)}%`;
    return `${rates.format(value)}%`;
  };
  const bytes = (value: number) => {
    const [size, unit] = BYTES.find(([size]) => value >= size) ?? [1, 'B'];
    return `${large.format(value / size)} ${unit}`;
  };

  return {
    count: (value) => numbers.format(value),
    percent,
    value: (value, unit) => {
      if (value === null) return NONE;
      switch (unit) {
        case 'count':
          return numbers.format(value);
        case '%':
          return percent(value);
        case 'ms':
          return `${numbers.format(value)} ms`;
        case 'seconds':
          return `${decimals.format(value)} s`;
        case 'pages':
          return decimals.format(value);
        case 'MB':
          return `${decimals.format(value)} MB`;
        case 'bytes':
          return bytes(value);
        case 'instant':
          return moments.format(value);
      }
    },
    change: (now, before) =>
      now === null || before === null || before === 0 ? '' : changes.format((now - before) / Math.abs(before)),
    milliseconds: (value) => (value === null ? NONE : numbers.format(value)),
    moment: (instantMs) => moments.format(instantMs),
    time: (instantMs) => times.format(instantMs),
    bucket: (instantMs, grain) => buckets[grain](instantMs),
  };
}
