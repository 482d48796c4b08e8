import { expect, test } from 'vitest';
import type { PushSearch } from '../address';
import { deliveryQuestion } from './delivery-question';

test.each<[string, PushSearch, object]>([
  ['the newest, whatever came of them', {}, { outcome: undefined, sort: 'at', offset: 0 }],
  ['all that failed', { show: 'failed', page: 3 }, { outcome: 'failed', sort: 'at', offset: 40 }],
  ['a kind of failure is narrower than all', { show: 'failed', outcome: 'bad_status' }, { outcome: 'bad_status' }],
  [
    'the slowest',
    { show: 'slowest', host: 'a.example' },
    { outcome: undefined, sort: 'durationMs', host: 'a.example' },
  ],
])('the address asks for %s', (_name, address, question) => {
  expect(deliveryQuestion(address, { from: '2026-11-01', to: '2026-11-02' }, 20)).toMatchObject(question);
});
