import { expect, test } from 'vitest';
import type { Metric } from './metric.js';
import { METRICS } from './metrics.js';
import { metricsDocument } from './metrics-document.js';
import { RETENTION_METRICS } from './retention.js';

test('docs/metrics.md is the catalogue', async () => {
  await expect(metricsDocument()).toMatchFileSnapshot('../../../docs/metrics.md');
});

test('the page names every metric', () => {
  for (const name of Object.keys(METRICS)) expect(metricsDocument()).toContain(`\`${name}\``);
});

test('every metric has a name and one meaning of its own, a sentence, in English and in Chinese', () => {
  const metrics = Object.entries<Metric>({ ...METRICS, ...RETENTION_METRICS });
  const isSaid = ({ en, zh, meaning, meaningZh }: Metric) =>
    /^[A-Z][ -~]*$/.test(en) &&
    /\p{Script=Han}|^TLS/u.test(zh) &&
    /^\P{Script=Han}+\.$/u.test(meaning) &&
    /\p{Script=Han}.*。$/u.test(meaningZh);
  expect(metrics.filter(([, metric]) => !isSaid(metric)).map(([name]) => name)).toEqual([]);
});
