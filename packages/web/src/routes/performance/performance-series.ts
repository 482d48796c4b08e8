import type { MetricSeries } from '../../panels/chart/metric-trend';

export const OPEN_RATE: readonly MetricSeries[] = [{ metric: 'openrate', kind: 'line', colour: 'accent' }];

export const LAUNCH: readonly MetricSeries[] = [
  { metric: 'appLaunch', kind: 'line', colour: 'muted', isDashed: true },
  { metric: 'appLaunchP50Ms', kind: 'line', colour: 'accent' },
  { metric: 'appLaunchP95Ms', kind: 'line', colour: 'late' },
];

/** Side by side, not on each other: they are means of different things. */
export const STAGES: readonly MetricSeries[] = [
  { metric: 'downloadPackage', kind: 'line', colour: 'dns' },
  { metric: 'evaluateScript', kind: 'line', colour: 'late' },
  { metric: 'firstRender', kind: 'line', colour: 'answer' },
];

export const PAGE_SWITCH: readonly MetricSeries[] = [
  { metric: 'costtime', kind: 'line', colour: 'muted', isDashed: true },
  { metric: 'costtimeP50Ms', kind: 'line', colour: 'accent' },
  { metric: 'costtimeP95Ms', kind: 'line', colour: 'late' },
];

export const MEMORY: readonly MetricSeries[] = [{ metric: 'memory', kind: 'line', colour: 'accent' }];

export const MEMORY_WARNINGS: readonly MetricSeries[] = [{ metric: 'memorywarning', kind: 'bar', colour: 'late' }];
