import { expect, test } from 'vitest';
import { METRICS } from './metrics.js';
import { metricsDocument } from './metrics-document.js';

test('docs/metrics.md is the catalogue', async () => {
  await expect(metricsDocument()).toMatchFileSnapshot('../../../docs/metrics.md');
});

test('the page names every metric', () => {
  for (const name of Object.keys(METRICS)) expect(metricsDocument()).toContain(`\`${name}\``);
});
