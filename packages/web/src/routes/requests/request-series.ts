import type { MetricSeries } from '../../panels/chart/metric-trend';

/** How requests ended, one bar on another: together all that were made. */
export const OUTCOME_SERIES: readonly MetricSeries[] = [
  { metric: 'ok', kind: 'bar', stack: 'requests', colour: 'success' },
  { metric: 'aborts', kind: 'bar', stack: 'requests', colour: 'unknown' },
  { metric: 'networkErrors', kind: 'bar', stack: 'requests', colour: 'late' },
  { metric: 'httpErrors', kind: 'bar', stack: 'requests', colour: 'error' },
];
