import type { DeviceFacts } from '@minilens/simulator/device';
import { HOUR_MS, isWeekend, midnightOf } from './calendar.js';
import type { Chance } from './chance.js';

/** How somebody uses the shop. */
export interface Habit {
  /** Share among those who come for the first time, and among those who knew the shop before the first day. */
  weight: number;
  shareAtStart: number;
  visitsADay: number;
  /** Chance of a day to be the last. */
  leavesADay: number;
}

const HABITS: readonly Habit[] = [
  { weight: 52, shareAtStart: 0, visitsADay: 0.03, leavesADay: 0.3 }, // passes by
  { weight: 32, shareAtStart: 60, visitsADay: 0.18, leavesADay: 0.015 }, // now and then
  { weight: 13, shareAtStart: 32, visitsADay: 0.55, leavesADay: 0.006 }, // regular
  { weight: 3, shareAtStart: 8, visitsADay: 1.5, leavesADay: 0.003 }, // every day
];

const phone = (
  weight: number,
  brand: string,
  model: string,
  level: number,
  platform = 'android',
  system = 'Android 14',
) => ({ weight, brand, model, level, platform, system });

const PHONES = [
  phone(9, 'iPhone', 'iPhone 15 Pro<iPhone16,1>', 1, 'ios', 'iOS 18.6.2'),
  phone(11, 'iPhone', 'iPhone 14<iPhone14,7>', 1, 'ios', 'iOS 18.6.2'),
  phone(10, 'iPhone', 'iPhone 13<iPhone14,5>', 1, 'ios', 'iOS 17.7.2'),
  phone(5, 'iPhone', 'iPhone 11<iPhone12,1>', 2, 'ios', 'iOS 17.7.2'),
  phone(9, 'HUAWEI', 'ALN-AL00', 1, 'android', 'Android 12'),
  phone(6, 'HUAWEI', 'NOH-AN00', 2, 'android', 'Android 12'),
  phone(5, 'HUAWEI', 'PLR-AL00', 1, 'ohos', 'HarmonyOS 5.1.0'),
  phone(8, 'HONOR', 'MAA-AN00', 2),
  phone(9, 'OPPO', 'PHZ110', 2),
  phone(5, 'OPPO', 'PGGM10', 3, 'android', 'Android 13'),
  phone(10, 'vivo', 'V2309A', 2, 'android', 'Android 15'),
  phone(4, 'vivo', 'V2166BA', 3, 'android', 'Android 12'),
  phone(7, 'Redmi', '23078RKD5C', 2, 'android', 'Android 15'),
  phone(5, 'Xiaomi', '2304FPN6DC', 1, 'android', 'Android 15'),
  phone(2, 'samsung', 'SM-S9180', 1, 'android', 'Android 15'),
] as const;

const WECHATS = [
  { weight: 48, wechat: '8.0.64', sdk: '3.10.2' },
  { weight: 30, wechat: '8.0.62', sdk: '3.9.3' },
  { weight: 15, wechat: '8.0.58', sdk: '3.8.9' },
  { weight: 7, wechat: '8.0.50', sdk: '3.6.6' },
];

/** Share of people with an account of the shop. */
const MEMBERS = 0.45;

/** Somebody who visits the shop, always with the same phone. */
export interface Visitor {
  habit: Habit;
  facts: Partial<DeviceFacts> & { platform: string };
  /** Place in the order of every rollout, 0 ≤ x < 1. */
  rank: number;
  /** Has an account of the shop, which so knows their openid. */
  isMember: boolean;
}

/** @param isNew whether they come for the first time, or knew the shop before the first day. */
export function createVisitor(chance: Chance, isNew: boolean): Visitor {
  const habits = isNew ? HABITS : HABITS.map((habit) => ({ ...habit, weight: habit.shareAtStart }));
  const { weight: _, ...model } = chance.pick(PHONES);
  const { wechat, sdk } = chance.pick(WECHATS);
  const habit = chance.pick(habits);
  return { habit, facts: { ...model, wechat, sdk }, rank: chance.between(0, 1), isMember: chance.happens(MEMBERS) };
}

/** How many come for the first time on a day, the first being 0. Word gets round; on weekends people have time. */
export const newcomersOn = (chance: Chance, day: number, midnight: number, perDay: number): number =>
  chance.times(perDay * 1.012 ** day * weekendFactor(midnight));

/** The moments at which somebody opens the shop on the day that begins at `midnight`. A newcomer comes at least once. */
export function visitTimes(chance: Chance, { habit }: Visitor, midnight: number, isNew: boolean): number[] {
  const count = Math.max(isNew ? 1 : 0, chance.times(habit.visitsADay * weekendFactor(midnight)));
  const curve = isWeekend(midnight) ? WEEKEND : WORKDAY;
  return Array.from(
    { length: count },
    () => midnight + chance.pick(curve).hour * HOUR_MS + Math.floor(chance.between(0, HOUR_MS)),
  );
}

/** How busy the shop is in the hour of this moment, 1 on average. */
export function busynessAt(atMs: number): number {
  const midnight = midnightOf(atMs);
  const curve = isWeekend(midnight) ? WEEKEND : WORKDAY;
  const hour = Math.floor((atMs - midnight) / HOUR_MS);
  const all = curve.reduce((sum, { weight }) => sum + weight, 0);
  return ((curve[hour]?.weight ?? 0) / all) * curve.length * weekendFactor(midnight);
}

export const stays = (chance: Chance, { habit }: Visitor): boolean => !chance.happens(habit.leavesADay);

/** The network somebody is in: outside on the way and at noon, at home in the evening. */
export function networkAt(chance: Chance, atMs: number): string {
  const hour = (atMs / HOUR_MS + 8) % 24;
  const isHome = hour < 7 || hour >= 19;
  if (chance.happens(isHome ? 0.78 : 0.45)) return 'wifi';
  return chance.happens(0.6) ? '5g' : chance.happens(0.95) ? '4g' : '3g';
}

const weekendFactor = (midnight: number): number => (isWeekend(midnight) ? 1.3 : 1);

const byHour = (...weights: number[]) => weights.map((weight, hour) => ({ weight, hour }));
/** Visits by hour of the day: lunch and the evening stand out; at weekends people rise late and shop all afternoon. */
const WORKDAY = byHour(...[12, 6, 3, 2, 2, 4, 10, 24, 36, 40, 44, 58, 82, 66, 42, 40, 42, 46, 56, 72, 94, 100, 74, 32]);
const WEEKEND = byHour(...[20, 10, 5, 3, 2, 3, 6, 14, 28, 46, 60, 66, 70, 66, 70, 74, 72, 66, 64, 76, 92, 96, 76, 40]);
