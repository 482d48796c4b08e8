import type { Filters, QuestionBody } from '@minilens/wire/questions';
import { expect, test } from 'vitest';
import { readQuestion } from './read-question.js';

/** 2026-03-01 00:00 in Shanghai. */
const FROM = Date.UTC(2026, 1, 28, 16);
const DAY = 86_400_000;
const AROUND = { from: '2026-03-01', to: '2026-03-02' };
const read = (body: QuestionBody, eventsGone = 0, around: object = {}) =>
  readQuestion(body, { ...AROUND, ...around }, { appid: 'wx00000000000000aa', timezone: 'Asia/Shanghai', eventsGone });

test('a question that says little is the plainest there is, as added up periods answer it', () => {
  expect(read({ metrics: ['visit_uv', 'visit_uv'] })).toEqual({
    ...{ app: 'wx00000000000000aa', from: FROM, to: FROM + 2 * DAY, timezone: 'Asia/Shanghai' },
    ...{ metrics: ['visit_uv'], by: [], filter: {}, limit: 1_000, offset: 0 },
  });
});

test('what is counted from events begins with the first hour whose events are all there', () => {
  const rangeOf = (question: QuestionBody, eventsGone: number) => {
    const { from, to } = read(question, eventsGone);
    return [from - FROM, to - FROM];
  };
  const narrowed = { metrics: ['calls'], filters: { platform: ['ios'] } };
  expect(rangeOf(narrowed, FROM - DAY)).toEqual([0, 2 * DAY]);
  expect(rangeOf(narrowed, FROM + 1)).toEqual([3_600_000, 2 * DAY]);
  expect(rangeOf(narrowed, FROM + 5 * DAY)).toEqual([2 * DAY, 2 * DAY]);
  expect(rangeOf({ metrics: ['calls'], filters: { version: ['1.0.0'] } }, FROM + 5 * DAY)).toEqual([0, 2 * DAY]);
});

test('channels are scenes, and other is all but those of the channels that are not asked for', () => {
  const scene = (filters: Filters) => read({ metrics: ['session_cnt'], filters }).filter?.scene;
  expect(scene({ channel: [5, '6'] })).toEqual([1020, 1022]);
  expect(scene({ channel: [5], scene: [1020, 1022] })).toEqual([1020]);
  const other = scene({ channel: [10, 5] }) as { not: number[] };
  expect([other.not.includes(1022), other.not.includes(1020)]).toEqual([true, false]);
});
