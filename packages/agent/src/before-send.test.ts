import { expect, test } from 'vitest';
import type { AgentEvent } from './public-types.js';
import { MINUTE_MS, testDevice } from './test-device.js';

const placesOf = ({ events }: ReturnType<typeof testDevice>['collector']) => events.map(({ n }) => n);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

function filteredBy(beforeSend: (event: AgentEvent) => unknown) {
  const used = testDevice({ config: { beforeSend: beforeSend as (event: AgentEvent) => AgentEvent } });
  used.device.launch({ path: 'a' });
  used.device.call('scanCode');
  used.clock.advance(1_000);
  used.device.navigateTo('b');
  used.clock.advance(1_000);
  used.device.navigateBack();
  used.clock.advance(MINUTE_MS);
  return used;
}

test('sees every event with its kind and moment', () => {
  const seen: AgentEvent[] = [];
  const { collector } = filteredBy((event) => {
    seen.push({ ...event });
    return event;
  });
  expect(seen.map(({ kind }) => kind)).toEqual(collector.events.map(({ kind }) => kind));
  expect(seen.map(({ at }) => at)).toEqual(collector.events.map(({ at }) => at));
});

test.each<[string, (event: AgentEvent) => AgentEvent]>([
  [
    'in place',
    (event) => {
      if (event.page === 'b') event.page = 'hidden';
      return event;
    },
  ],
  ['in a copy', (event) => (event.page === 'b' ? { ...event, page: 'hidden' } : event)],
])('a change made %s is what arrives', (_name, beforeSend) => {
  const { collector } = filteredBy(beforeSend);
  expect(collector.ofKind('page_show').map(({ page }) => page)).toEqual(['a', 'hidden', 'a']);
  expect(placesOf(collector)).toEqual(upTo(collector.events.length));
});

test.each([null, undefined, false])('an event for which it answers %s is dropped, counted, and leaves no gap', (no) => {
  const { device, collector } = filteredBy((event) => (event.kind === 'call' ? no : event));
  expect(collector.ofKind('call')).toEqual([]);
  expect(collector.ofKind('page_show')).toHaveLength(3);
  expect(placesOf(collector)).toEqual(upTo(collector.events.length));
  expect(device.monitor.diagnostics()?.dropped).toEqual({ full: 0, refused: 0, filtered: 1 });
});

test('an event it throws at is dropped and not let through, and the app hears nothing of it', () => {
  const { device, collector } = filteredBy((event) => {
    if (event.kind === 'call') throw new Error('the filter’s own');
    return event;
  });
  expect(collector.ofKind('call')).toEqual([]);
  expect(collector.ofKind('page_show')).toHaveLength(3);
  expect(device.monitor.diagnostics()?.dropped.filtered).toBe(1);
});

test('a view that was dropped has no end either, and the other views keep theirs', () => {
  const { collector } = filteredBy((event) => (event.kind === 'page_show' && event.page === 'b' ? false : event));
  expect(collector.ofKind('page_show').map(({ page }) => page)).toEqual(['a', 'a']);
  expect(collector.ofKind('page_hide').map(({ page, stayMs }) => [page, stayMs])).toEqual([['a', 1_000]]);
});

test('dropping everything sends nothing and breaks nothing', () => {
  const { device, collector } = filteredBy(() => null);
  device.hide();
  device.show();
  expect(collector.bodies).toEqual([]);
  expect(device.monitor.diagnostics()?.waiting).toBe(0);
});

test.each([true, 'text', 7])('an answer of %j, which is no event, is as good as none', (answer) => {
  const { device, collector } = filteredBy((event) => (event.kind === 'call' ? answer : event));
  expect(collector.ofKind('call')).toEqual([]);
  expect(placesOf(collector)).toEqual(upTo(collector.events.length));
  expect(device.monitor.diagnostics()?.dropped.filtered).toBe(1);
});

test('an event that it makes impossible to write costs no other event', () => {
  const { device, clock, collector } = filteredBy((event) => {
    if (event.kind === 'call') event.self = event;
    return event;
  });
  device.hide();
  device.kill();
  device.launch();
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('page_show').map(({ page }) => page)).toEqual(expect.arrayContaining(['a', 'b', 'a']));
  expect(collector.sessions).toHaveLength(2);
});

test('a call whose end the process did not live to see goes through it too', () => {
  const { device, clock, collector } = testDevice({
    config: { beforeSend: (event) => (event.kind === 'call' ? null : event) },
    onCall: () => ({ never: true }),
  });
  device.launch();
  device.call('scanCode');
  device.hide();
  device.kill();
  device.launch();
  clock.advance(MINUTE_MS);
  expect(collector.sessions).toHaveLength(2);
  expect(collector.ofKind('call')).toEqual([]);
});
