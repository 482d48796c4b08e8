import type { MetricSeries } from '../../panels/chart/metric-trend';

export const RATE_SERIES: readonly MetricSeries[] = [{ metric: 'requestSuccessRate', kind: 'line', colour: 'accent' }];

export const DURATION_SERIES: readonly MetricSeries[] = [
  { metric: 'requestDurationP50Ms', kind: 'line', colour: 'accent' },
  { metric: 'requestDurationP75Ms', kind: 'line', colour: 'answer' },
  { metric: 'requestDurationP95Ms', kind: 'line', colour: 'late' },
  { metric: 'requestDurationP99Ms', kind: 'line', colour: 'error' },
];
