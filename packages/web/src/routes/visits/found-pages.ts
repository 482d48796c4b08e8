import type { AnswerRows } from '@minilens/wire/questions';
import { numberIn } from '../../query/answer-rows';
import type { PageMetric } from './visit-questions';

export type PageSort = 'page' | PageMetric;

/** Pages with this in their path, either case, in this order. */
export function foundPages(
  rows: AnswerRows,
  { search = '', sort, order }: { search: string | undefined; sort: PageSort; order: 'asc' | 'desc' },
): AnswerRows {
  const sign = order === 'asc' ? 1 : -1;
  const part = search.toLowerCase();
  return rows
    .filter(({ page }) => String(page).toLowerCase().includes(part))
    .toSorted((a, b) =>
      sort === 'page'
        ? sign * String(a.page).localeCompare(String(b.page))
        : sign * ((numberIn(a, sort) ?? 0) - (numberIn(b, sort) ?? 0)),
    );
}
