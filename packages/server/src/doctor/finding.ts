import { type Static, Type } from 'typebox';

/** One thing looked at: how it is, and what to do when it is not well. */
export const Finding = Type.Object({
  what: Type.String(),
  level: Type.Enum(['ok', 'warning', 'problem']),
  says: Type.String(),
});
export type Finding = Static<typeof Finding>;

/** What a look comes to. */
export type Said = Omit<Finding, 'what'>;

export const ok = (says: string): Said => ({ level: 'ok', says });
export const warning = (says: string): Said => ({ level: 'warning', says });
export const problem = (says: string): Said => ({ level: 'problem', says });

export const megabytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MB`;
export const gigabytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GB`;

/** Whole units, the largest that fits. */
export function span(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const units: [number, string][] = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ];
  const [size, name] = units.find(([each]) => seconds >= each) ?? [1, 'second'];
  const many = Math.floor(seconds / size);
  return `${many} ${name}${many === 1 ? '' : 's'}`;
}
