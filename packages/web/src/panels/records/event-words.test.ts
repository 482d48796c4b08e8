import type { EventRecord } from '@minilens/wire/records';
import { expect, test } from 'vitest';
import { eventSubject, isFailure, outcomeMark } from './event-words';

const event = (said: Partial<EventRecord>) => said as EventRecord;

test('an event is called by what it is about', () => {
  expect(eventSubject(event({ kind: 'request', method: 'GET', host: 'api.shop.example', path: '/orders/:id' }))).toBe(
    'GET api.shop.example/orders/:id',
  );
  expect(eventSubject(event({ kind: 'request', name: 'uploadFile', method: 'POST', host: 'a.example' }))).toBe(
    'uploadFile POST a.example',
  );
  expect(eventSubject(event({ kind: 'error', name: 'TypeError', errMsg: 'x is undefined' }))).toBe(
    'TypeError: x is undefined',
  );
  expect(eventSubject(event({ kind: 'error', name: '', errMsg: 'timeout' }))).toBe('timeout');
  expect(eventSubject(event({ kind: 'call', name: 'login' }))).toBe('login');
  expect(eventSubject(event({ kind: 'launch' }))).toBe('');
});

test('errors and what failed are failures; what a user backed out of is none', () => {
  expect(isFailure({ kind: 'error' })).toBe(true);
  expect(['fail', 'http_error', 'network_error'].every((outcome) => isFailure({ kind: 'call', outcome }))).toBe(true);
  expect(['success', 'ok', 'cancel', 'abort', 'unknown'].some((outcome) => isFailure({ kind: 'call', outcome }))).toBe(
    false,
  );
});

test.each([
  ['ok', 'success'],
  ['http_error', 'fail'],
  ['abort', 'cancel'],
  ['unknown', 'unknown'],
])('%s is marked as %s', (outcome, mark) => {
  expect(outcomeMark(outcome)).toBe(mark);
});
