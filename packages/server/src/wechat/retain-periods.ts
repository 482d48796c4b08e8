import { chinaYesterday, type Period } from '@minilens/wechat/china-date';
import { RETAIN_KEYS } from '@minilens/wechat/retain';
import { inChina } from './china-day.js';

export type RetainUnit = keyof typeof RETAIN_KEYS;

const STEPS = { daily: 'days', weekly: 'weeks', monthly: 'months' } as const;

/** The period that starts at `from` (Unix ms) and those of its later keys that are over. */
export function retainPeriods(unit: RetainUnit, from: number, nowMs: number): Period[] {
  const over = chinaYesterday(nowMs).plus({ days: 1 }).toMillis();
  const start = inChina(from);
  return RETAIN_KEYS[unit]
    .map((key) => ({
      from: start.plus({ [STEPS[unit]]: key }).toMillis(),
      to: start.plus({ [STEPS[unit]]: key + 1 }).toMillis(),
    }))
    .filter(({ to }) => to <= over);
}
