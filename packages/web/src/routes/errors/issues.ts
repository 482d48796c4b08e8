import type { AnswerRows } from '@minilens/wire/questions';
import type { IssueState } from '@minilens/wire/records';
import type { ErrorsSearch } from '../address';

/** An issue with its figures and what people say of it; nothing said means open. */
export interface Issue {
  row: AnswerRows[number];
  said: IssueState | undefined;
}

/** The issues that are in a state and have every word that is looked for in their error or message. */
export function issuesOf(
  rows: AnswerRows,
  states: readonly IssueState[],
  { state = 'open', search = '' }: Pick<ErrorsSearch, 'search'> & { state?: ErrorsSearch['state'] | 'open' },
): Issue[] {
  const said = new Map(states.map((each) => [each.issue, each]));
  const words = search.toLowerCase().split(/\s+/);
  return rows
    .map((row) => ({ row, said: said.get(String(row.issue)) }))
    .filter(({ row, said }) => {
      const text = `${row.error} ${row.message}`.toLowerCase();
      return (state === 'any' || state === (said?.state ?? 'open')) && words.every((word) => text.includes(word));
    });
}
