import type { AnswerRows, QuestionBody } from '@minilens/wire/questions';
import type { Range } from '@minilens/wire/report-api';
import { allKinds, kindNamed, messagesOf, rowOf, trendOf, versionsOf } from './fake-data.ts';

const HOUR_MS = 3_600_000;

/** Rows of interfaces and their calls; undefined where the question is about something else. */
export function interfaceRows(question: QuestionBody, range: Range, nowMs: number): AnswerRows | undefined {
  const { metrics, by = [], filters, nameContains = '' } = question;
  const names = filters?.name?.map(String);
  if (metrics[0] !== 'calls' && metrics[0] !== 'callMessages') return undefined;
  const kinds = allKinds().filter(
    ({ name }) => (names?.includes(name) ?? true) && name.toLowerCase().includes(nameContains.toLowerCase()),
  );
  const hours = (Math.min(range.to, nowMs) - range.from) / HOUR_MS;
  const kind = kindNamed(names?.[0] ?? 'login') ?? {
    ...{ name: names?.[0] ?? '', callsPerHour: 0, failShare: 0, cancelShare: 0, medianMs: 0 },
  };
  const time = by.find((dimension) => dimension === 'hour' || dimension === 'day');
  if (metrics[0] === 'callMessages')
    return messagesOf(kind, range, nowMs).map(({ errMsg, outcome, calls, users, firstAt, lastAt }) => ({
      ...{ message: errMsg, outcome, callMessages: calls, messageUsers: users },
      ...{ messageFirstAt: firstAt, messageLastAt: lastAt },
    }));
  if (by[0] === 'name' && time)
    return kinds.flatMap((each) =>
      trendOf(each, range, time, nowMs).map(({ at, calls }) => ({ name: each.name, [time]: at, calls })),
    );
  if (by[0] === 'name') return kinds.map((each) => ({ ...rowOf(each, hours) }));
  if (time) return trendOf(kind, range, time, nowMs).map(({ at, ...point }) => ({ [time]: at, ...point }));
  if (by[0] === 'version') return versionsOf(kind, hours).map((row) => ({ ...row }));
  return by.length === 0 ? [{ ...rowOf(kind, hours) }] : undefined;
}
