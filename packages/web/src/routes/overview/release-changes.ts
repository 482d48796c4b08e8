import type { AnswerRows, Answers, Filters, QuestionsBody } from '@minilens/wire/questions';
import { numberIn } from '../../query/answer-rows';

/** Interfaces that are looked at: those that are called most. */
const MOST_INTERFACES = 10;

/** What the two newest releases are asked for, in one request. They stand above any version that is chosen. */
export const releaseQuestions = (asked: { from: string; to: string }, filters: Filters | undefined): QuestionsBody => ({
  ...asked,
  ...(filters && { filters }),
  questions: {
    interfaces: {
      metrics: ['calls', INTERFACE_METRIC],
      by: ['name', 'version'],
      sort: { by: 'calls', order: 'desc' },
      limit: 4 * MOST_INTERFACES,
      releases: 2,
    },
    // A session has no page of its own.
    whole: {
      metrics: WHOLE.filter((metric) => metric !== 'crashFreeRate' || !filters?.page),
      by: ['version'],
      releases: 2,
    },
  },
});

const INTERFACE_METRIC = 'successRateWithoutCancels';
const WHOLE = ['requestSuccessRate', 'crashFreeRate', 'appLaunchP95Ms'] as const;

/** One figure of the newest release beside that of the one before. */
export interface ReleaseChange {
  metric: typeof INTERFACE_METRIC | (typeof WHOLE)[number];
  /** The interface, where it is one's. */
  name: string | undefined;
  now: number;
  before: number;
  /** How much worse, as a share of what it was before; below 0 it is better. */
  worse: number;
}

/** What differs between two releases, the worst first. */
export function releaseChanges(
  answers: Answers['answers'],
  [newest, previous]: readonly [string, string],
): ReleaseChange[] {
  const of = (rows: AnswerRows, version: string) => rows.find((row) => row.version === version) ?? {};
  const change = (rows: AnswerRows, metric: ReleaseChange['metric'], name?: string): ReleaseChange[] => {
    const [now, before] = [numberIn(of(rows, newest), metric), numberIn(of(rows, previous), metric)];
    if (now === null || before === null || now === before) return [];
    // A rate falls when it gets worse, a duration rises. Where there was nothing, any share of it is all of it.
    const worse = (metric === 'appLaunchP95Ms' ? now - before : before - now) / (before || 1);
    return [{ metric, name, now, before, worse }];
  };
  const interfaces = answers.interfaces?.rows ?? [];
  const names = [...new Set(interfaces.map(({ name }) => String(name)))].slice(0, MOST_INTERFACES);
  return [
    ...WHOLE.flatMap((metric) => change(answers.whole?.rows ?? [], metric)),
    ...names.flatMap((name) =>
      change(
        interfaces.filter((row) => row.name === name),
        INTERFACE_METRIC,
        name,
      ),
    ),
  ].sort((a, b) => b.worse - a.worse);
}
