import type { AnswerRows } from '@minilens/wire/questions';

/** The highest release among rows by version, its numbers compared as numbers; undefined where there is none. */
export const newestVersion = (rows: AnswerRows): string | undefined =>
  rows
    .map(({ version }) => String(version))
    .filter((version) => version !== '')
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))[0];
