import { AUDIENCE_METRICS } from './catalogue/audience.js';
import { CALL_METRICS } from './catalogue/calls.js';
import { ERROR_METRICS } from './catalogue/errors.js';
import { LOSS_METRICS } from './catalogue/loss.js';
import { PERFORMANCE_METRICS } from './catalogue/performance.js';
import { PUSH_METRICS } from './catalogue/push.js';
import { REQUEST_METRICS } from './catalogue/requests.js';
import { VISIT_METRICS } from './catalogue/visits.js';
import type { Metric } from './metric.js';
import type { SourceName } from './sources.js';

/** Every number there is. */
export const METRICS = {
  ...VISIT_METRICS,
  ...AUDIENCE_METRICS,
  ...CALL_METRICS,
  ...REQUEST_METRICS,
  ...PERFORMANCE_METRICS,
  ...ERROR_METRICS,
  ...PUSH_METRICS,
  ...LOSS_METRICS,
} as const satisfies Record<string, Metric & { source: SourceName }>;

export type MetricName = keyof typeof METRICS;
