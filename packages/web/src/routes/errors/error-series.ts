import type { MetricSeries } from '../../panels/chart/metric-trend';

export const CRASH_FREE: readonly MetricSeries[] = [{ metric: 'crashFreeRate', kind: 'line', colour: 'accent' }];

export const ERRORS: readonly MetricSeries[] = [{ metric: 'jsErrors', kind: 'bar', colour: 'error' }];
