import type { Store } from '@minilens/store/connect';
import type { KeptAnswers, KeptQuestion, StandingQuestion } from '@minilens/store/kept-answers';
import { askRetention, type Retained, type Stretch } from '@minilens/store/retention';
import { DateTime } from 'luxon';

export type CohortUnit = 'day' | 'week' | 'month';

/** Periods of one answer: as many rows and columns as a screen has room for. */
const MAX_COHORTS = 31;
const MAX_PERIODS = 14;

/** How many cohorts of each unit are found ahead of being asked. */
const KEPT: Record<CohortUnit, number> = { day: MAX_COHORTS, week: 14, month: 13 };

/** A day, week or month, and those after it. Only what is over. */
export type Cohort = readonly [Stretch, ...Stretch[]];

/** The cohorts that a range (Unix ms) touches, oldest first: the last of them, where they are many. */
export function cohortsOf(
  { from, to, timezone }: Stretch & { timezone: string },
  unit: CohortUnit,
  nowMs: number,
): Cohort[] {
  const startOf = (at: number) => DateTime.fromMillis(at, { zone: timezone }).startOf(unit);
  const first = startOf(from);
  const last = startOf(Math.min(to, startOf(nowMs).toMillis()) - 1);
  const howMany = Math.min(MAX_COHORTS, Math.floor(last.diff(first, unit).as(unit)) + 1);
  return Array.from({ length: Math.max(0, howMany) }, (_, index) => last.minus({ [unit]: howMany - 1 - index }))
    .map((start) =>
      Array.from({ length: MAX_PERIODS }, (_, later) => ({
        from: start.plus({ [unit]: later }).toMillis(),
        to: start.plus({ [unit]: later + 1 }).toMillis(),
      })).filter((period) => period.to <= nowMs),
    )
    .filter((periods): periods is [Stretch, ...Stretch[]] => periods.length > 0);
}

/** What a cohort's answer is kept under. Who was new, any earlier hour may change. */
const questionOf = (app: string, unit: CohortUnit, cohort: Cohort): KeptQuestion => ({
  ...{ app, question: `cohort by ${unit}`, madeFrom: 0 },
  ...{ start: cohort[0].from, end: cohort.at(-1)?.to ?? cohort[0].to },
});

/** How many of a cohort came again in each period: as it was kept, or found now. */
export const readCohort = (
  answers: KeptAnswers,
  { app, unit, cohort }: { app: string; unit: CohortUnit; cohort: Cohort },
  find: () => Promise<Retained[]>,
): Promise<Retained[]> => answers.kept(questionOf(app, unit, cohort), find);

/** The cohorts of the last weeks and months: to be kept, so that who asks does not wait. */
export function standingCohorts(
  store: Store,
  { appid, timezone }: { appid: string; timezone: string },
  nowMs: number,
): StandingQuestion[] {
  return (Object.keys(KEPT) as CohortUnit[]).flatMap((unit) => {
    const from = DateTime.fromMillis(nowMs, { zone: timezone })
      .startOf(unit)
      .minus({ [unit]: KEPT[unit] });
    return cohortsOf({ from: from.toMillis(), to: nowMs, timezone }, unit, nowMs).map((cohort) => ({
      ...questionOf(appid, unit, cohort),
      find: () => askRetention(store, appid, cohort),
    }));
  });
}
