import { expect, test } from 'vitest';
import { releaseChanges, releaseQuestions } from './release-changes';

const range = { from: 0, to: 1, timezone: 'UTC' };
const rows = (rows: Record<string, string | number | null>[]) => ({ range, rows, total: rows.length });
const VERSIONS = ['2.0.0', '1.9.0'] as const;

test('rates that fell and times that rose come first, the worst on top; what is equal or unknown is left out', () => {
  const changes = releaseChanges(
    {
      whole: rows([
        { version: '1.9.0', requestSuccessRate: 99, crashFreeRate: 98, appLaunchP95Ms: 1_000 },
        { version: '2.0.0', requestSuccessRate: 99, crashFreeRate: 98.98, appLaunchP95Ms: 1_200 },
      ]),
      interfaces: rows([
        { name: 'login', version: '2.0.0', calls: 90, successRateWithoutCancels: 50 },
        { name: 'login', version: '1.9.0', calls: 80, successRateWithoutCancels: 100 },
        { name: 'scanCode', version: '2.0.0', calls: 70, successRateWithoutCancels: 90 },
        { name: 'getLocation', version: '2.0.0', calls: 3, successRateWithoutCancels: null },
        { name: 'getLocation', version: '1.9.0', calls: 3, successRateWithoutCancels: 90 },
      ]),
    },
    VERSIONS,
  );
  expect(changes.map(({ metric, name, worse }) => [metric, name, Math.round(worse * 1_000) / 1_000])).toEqual([
    ['successRateWithoutCancels', 'login', 0.5],
    ['appLaunchP95Ms', undefined, 0.2],
    ['crashFreeRate', undefined, -0.01],
  ]);
});

test('the two newest releases are asked for, and on one page nothing that only whole sessions have', () => {
  const range = { from: 'a', to: 'b' };
  const { questions } = releaseQuestions(range, { platform: ['ios'], version: ['1.0.0'] });
  expect(Object.values(questions).map(({ releases }) => releases)).toEqual([2, 2]);
  expect(questions.whole?.metrics).toContain('crashFreeRate');
  expect(releaseQuestions(range, { page: ['pages/index/index'] }).questions.whole?.metrics).not.toContain(
    'crashFreeRate',
  );
});
