import { expect, test } from 'vitest';
import { readStep } from './read-step';

test.each([
  ['-1200 page_show pages/index/index', { beforeMs: 1200, kind: 'page_show', rest: 'pages/index/index' }],
  [
    '-80 request GET api.example.com /orders/:id http_error 500',
    { beforeMs: 80, kind: 'request', rest: 'GET api.example.com /orders/:id http_error 500' },
  ],
  ['0 app_hide', { beforeMs: 0, kind: 'app_hide', rest: '' }],
  ['told in other words', { beforeMs: null, kind: '', rest: 'told in other words' }],
])('“%s”', (step, read) => {
  expect(readStep(step)).toEqual(read);
});
