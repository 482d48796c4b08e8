import type { Answers } from '@minilens/wire/questions';

/** The one row of a question that is not split; empty where it was not asked. */
export const onlyRow = (answers: Answers['answers'], name: string) => answers[name]?.rows[0] ?? {};

export const numberIn = (row: Record<string, string | number | null>, metric: string): number | null => {
  const value = row[metric];
  return typeof value === 'number' ? value : null;
};
