import type { AnswerRows } from '@minilens/wire/questions';

/** A route in one line: `GET api.example.com/orders/:id`. */
export const routeName = ({ method, host, path }: AnswerRows[number]): string =>
  `${method ?? ''} ${host ?? ''}${path ?? ''}`.trim();

/** Routes whose name has every word that is looked for, in either case. */
export function matchingRoutes(rows: AnswerRows, search = ''): AnswerRows {
  const words = search.toLowerCase().split(/\s+/);
  return rows.filter((row) => {
    const name = routeName(row).toLowerCase();
    return words.every((word) => name.includes(word));
  });
}
