import type { ColumnName } from './source.js';

/** What a number can be split by in time: the start of it, in the question's zone. Weeks begin on Monday. */
export const TIMES = {
  hour: { step: 'HOUR', startOf: (moment: string) => `toDateTime(${moment}, {timezone:String})` },
  day: { step: 'DAY', startOf: (moment: string) => midnight(`toStartOfDay(${moment}, {timezone:String})`) },
  week: { step: 'WEEK', startOf: (moment: string) => midnight(`toStartOfWeek(${moment}, 1, {timezone:String})`) },
  month: { step: 'MONTH', startOf: (moment: string) => midnight(`toStartOfMonth(${moment}, {timezone:String})`) },
} as const;
export type TimeName = keyof typeof TIMES;

const midnight = (day: string) => `toDateTime(${day}, {timezone:String})`;

/** Columns that are numbers; all others are text. */
const NUMBERS = ['level', 'scene', 'stay_s', 'depth'] as const satisfies ColumnName[];
export type NumberColumn = (typeof NUMBERS)[number];

export const isTime = (name: string): name is TimeName => Object.hasOwn(TIMES, name);
export const typeOf = (column: ColumnName) => (NUMBERS.some((name) => name === column) ? 'UInt16' : 'String');
