/** Numbers and moments as the reader's language writes them, in the zone of the app. */
export interface Format {
  count(value: number): string;
  /** Two decimals. A rate that is not quite 100 never reads 100: one failure in a million must be seen. */
  percent(value: number | null): string;
  /** The bare number: the name beside it says the unit. */
  milliseconds(value: number | null): string;
  moment(instantMs: number): string;
  /** Start of an hour or day of a trend. */
  bucket(instantMs: number, grain: 'hour' | 'day'): string;
}

const NONE = '—';

export function createFormat(locale: string, timeZone: string): Format {
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const rates = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const date = (parts: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...parts });
    return (instantMs: number) => formatter.format(instantMs);
  };
  // Swedish writes 2026-11-22 15:04:05, which is short and reads the same in every language.
  const moments = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const day = { month: 'short', day: 'numeric' } as const;
  const hour = { hour: '2-digit', minute: '2-digit' } as const;
  const buckets = { hour: date({ ...day, ...hour }), day: date({ ...day, weekday: 'short' }) };

  return {
    count: (value) => numbers.format(value),
    percent: (value) => {
      if (value === null) return NONE;
      if (value < 100 && value >= 99.995) return `>${rates.format(99.99)}%`;
      if (value > 0 && value < 0.005) return `<${rates.format(0.01)}%`;
      return `${rates.format(value)}%`;
    },
    milliseconds: (value) => (value === null ? NONE : numbers.format(value)),
    moment: (instantMs) => moments.format(instantMs),
    bucket: (instantMs, grain) => buckets[grain](instantMs),
  };
}
