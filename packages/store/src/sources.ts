import { AUDIENCE_SOURCES } from './catalogue/audience.js';
import { CALL_SOURCES } from './catalogue/calls.js';
import { ERROR_SOURCES } from './catalogue/errors.js';
import { LOSS_SOURCES } from './catalogue/loss.js';
import { PERFORMANCE_SOURCES } from './catalogue/performance.js';
import { PUSH_SOURCES } from './catalogue/push.js';
import { REQUEST_SOURCES } from './catalogue/requests.js';
import { VISIT_SOURCES } from './catalogue/visits.js';
import type { Source } from './source.js';

/** Every rollup there is, each with its query. */
export const SOURCES = {
  ...VISIT_SOURCES,
  ...AUDIENCE_SOURCES,
  ...CALL_SOURCES,
  ...REQUEST_SOURCES,
  ...PERFORMANCE_SOURCES,
  ...ERROR_SOURCES,
  ...PUSH_SOURCES,
  ...LOSS_SOURCES,
} as const satisfies Record<string, Source>;

export type SourceName = keyof typeof SOURCES;
