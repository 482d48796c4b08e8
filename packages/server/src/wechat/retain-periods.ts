import { chinaYesterday, inChina, type Period } from '@minilens/wechat/china-date';
import { RETAIN_KEYS } from '@minilens/wechat/retain';

export type RetainUnit = keyof typeof RETAIN_KEYS;

const DAY_MS = 86_400_000;

/** So many units later. Days and weeks are equally long in China, where no clock is put forward. */
const LATER: Record<RetainUnit, (from: number, howMany: number) => number> = {
  daily: (from, howMany) => from + howMany * DAY_MS,
  weekly: (from, howMany) => from + howMany * 7 * DAY_MS,
  monthly: (from, howMany) => inChina(from).plus({ months: howMany }).toMillis(),
};

/** The period that starts at `from` (Unix ms) and those of its later keys that are over. */
export function retainPeriods(unit: RetainUnit, from: number, nowMs: number): Period[] {
  const over = chinaYesterday(nowMs).toMillis() + DAY_MS;
  return RETAIN_KEYS[unit]
    .map((key) => ({ from: LATER[unit](from, key), to: LATER[unit](from, key + 1) }))
    .filter(({ to }) => to <= over);
}
