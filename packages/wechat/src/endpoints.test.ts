import { expect, test } from 'vitest';
import { ENDPOINTS, type Endpoint, ROOTS } from './endpoints.js';

const all: Endpoint[] = Object.values(ENDPOINTS);

test('no two endpoints share a path, and each lies under a root', () => {
  expect(new Set(all.map(({ path }) => path)).size).toBe(all.length);
  for (const { path } of all) expect(ROOTS).toContain(`/${path.split('/')[1]}`);
});

test('the signed and encrypted ones are the ten analyses, performance, three logs, quota and rid', () => {
  const secured = all.filter((endpoint) => endpoint.secured).map(({ path }) => path);
  expect(secured.filter((path) => path.startsWith('/datacube/getweanalysisappid'))).toHaveLength(10);
  expect(secured.filter((path) => !path.startsWith('/datacube/')).sort()).toEqual([
    '/cgi-bin/clear_quota',
    '/cgi-bin/openapi/quota/get',
    '/cgi-bin/openapi/rid/get',
    '/wxa/business/performance/boot',
    '/wxaapi/log/get_performance',
    '/wxaapi/log/jserr_detail',
    '/wxaapi/log/jserr_list',
  ]);
  expect(secured).toHaveLength(17);
});
