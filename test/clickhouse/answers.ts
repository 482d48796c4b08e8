import { ask } from '@minilens/store/ask';
import { askParts } from '@minilens/store/ask-parts';
import type { Store } from '@minilens/store/connect';
import { findDeliveries } from '@minilens/store/deliveries';
import { countAllIssues } from '@minilens/store/errors';
import { METRICS, type MetricName } from '@minilens/store/metrics';
import { findCalls } from '@minilens/store/records/find-calls';
import { askRetention } from '@minilens/store/retention';

/** Percentiles are estimates whose last digit depends on the order of rows; everything else is exact. */
const EXACT = (Object.keys(METRICS) as MetricName[]).filter((name) => !/P\d\dMs$/.test(name));
const ofSources = (...sources: string[]) => EXACT.filter((name) => sources.includes(METRICS[name].source));

/**
 * What the catalogue answers about a range, by everything it can be told apart by.
 *
 * @param stretches of the range, for retention.
 */
export async function answersOf(
  store: Store,
  about: { app: string; from: number; to: number; timezone: string },
  stretches: readonly { from: number; to: number }[],
) {
  const records = await findCalls(
    store,
    { ...about, name: 'scanCode', outcome: 'fail' },
    { limit: 200, offset: 0, now: about.to },
  );
  return {
    total: await ask(store, { ...about, metrics: EXACT }),
    byHour: await ask(store, { ...about, metrics: EXACT, by: ['hour'], fill: true }),
    byName: await ask(store, { ...about, metrics: ofSources('calls', 'callUsers'), by: ['name', 'version'] }),
    byMessage: await ask(store, { ...about, metrics: ofSources('callMessages'), by: ['outcome', 'message'] }),
    byPath: await ask(store, {
      ...about,
      metrics: ofSources('requests', 'requestUsers'),
      by: ['method', 'host', 'path', 'version'],
    }),
    byDevice: await ask(store, {
      ...about,
      metrics: ofSources('visits', 'sessions', 'performance'),
      by: ['platform', 'level', 'network', 'version'],
    }),
    byScene: await ask(store, { ...about, metrics: ofSources('visits', 'sessions'), by: ['scene', 'env'] }),
    byIssue: await ask(store, {
      ...about,
      metrics: ofSources('jsErrors', 'jsErrorUsers'),
      by: ['issue', 'error', 'message', 'frame'],
    }),
    byReason: await ask(store, { ...about, metrics: ofSources('drops'), by: ['agent', 'reason'] }),
    loss: await ask(store, { ...about, metrics: ofSources('loss'), by: ['agent', 'day'] }),
    byPage: await ask(store, { ...about, metrics: ofSources('pages'), by: ['page'] }),
    byModel: await ask(store, { ...about, metrics: ofSources('models', 'newcomerModels'), by: ['platform', 'model'] }),
    byLength: await ask(store, { ...about, metrics: ofSources('sessionLengths'), by: ['stay_s', 'depth'] }),
    byOutcome: await ask(store, { ...about, metrics: ofSources('pushDeliveries'), by: ['host', 'outcome', 'reason'] }),
    byKindOfDevice: await ask(store, {
      ...about,
      metrics: ofSources('launches', 'devicePerformance'),
      by: ['platform', 'level', 'network'],
    }),
    launches: await askParts(store, 'launches', about),
    devices: await askParts(store, 'devicePerformance', about),
    issues: await countAllIssues(store, about),
    retention: await askRetention(store, about.app, stretches),
    slowestDeliveries: await findDeliveries(
      store,
      { ...about, outcome: 'failed' },
      { sort: 'durationMs', limit: 200, offset: 0, now: about.to },
    ),
    records: [records.total, ...records.items.map((item) => `${item.session} ${item.n} ${item.ip}`).sort()],
  };
}
