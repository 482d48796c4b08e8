import { expect, test } from 'vitest';
import { withRest } from './stages';

const stage = (key: string, ms: number | null) => ({ key, ms, colour: 'dns' as const });
const keysAndMs = (stages: { key: string; ms: number }[]) => stages.map(({ key, ms }) => [key, ms]);

test.each([
  [
    'what is left to the whole is the rest',
    [stage('a', 30), stage('b', 20)],
    80,
    [
      ['a', 30],
      ['b', 20],
      ['rest', 30],
    ],
  ],
  [
    'what was not measured is absent',
    [stage('a', null), stage('b', 20)],
    80,
    [
      ['b', 20],
      ['rest', 60],
    ],
  ],
  ['more than the whole leaves no rest', [stage('a', 90)], 80, [['a', 90]]],
  ['without a whole there is no rest', [stage('a', 30)], null, [['a', 30]]],
])('%s', (_name, stages, wholeMs, expected) => {
  expect(keysAndMs(withRest(stages, wholeMs))).toEqual(expected);
});
