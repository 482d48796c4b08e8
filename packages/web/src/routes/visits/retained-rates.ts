import type { Retention } from '@minilens/wire/questions';

/** Users of a cohort, and how many of them came again in each period after it. */
export interface CohortRow {
  at: number;
  users: number;
  /** Of the 1st, 2nd … period after it; only periods that are over. */
  again: { users: number; of: number; rate: number | null }[];
}

type Who = 'retained_uv' | 'retained_uv_new';

/** Rates in percent; null where a cohort had nobody. */
export const cohortRows = ({ cohorts }: Retention, who: Who): CohortRow[] =>
  cohorts.map(({ at, [who]: counts }) => {
    const [users = 0, ...later] = counts;
    return { at, users, again: later.map((came) => cell(came, users)) };
  });

/** All cohorts together, in each period those that have reached it: large ones weigh more. */
export function allCohorts(rows: readonly CohortRow[]): Pick<CohortRow, 'users' | 'again'> {
  const periods = Math.max(0, ...rows.map(({ again }) => again.length));
  return {
    users: sum(rows.map(({ users }) => users)),
    again: Array.from({ length: periods }, (_, period) => {
      const reached = rows.filter(({ again }) => again.length > period);
      const came = sum(reached.map(({ again }) => again[period]?.users ?? 0));
      return cell(came, sum(reached.map(({ users }) => users)));
    }),
  };
}

const cell = (users: number, of: number) => ({ users, of, rate: of === 0 ? null : (100 * users) / of });
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
