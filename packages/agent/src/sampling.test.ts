import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { expect, test } from 'vitest';
import type { Sampling } from './public-types.js';
import { MINUTE_MS, testDevice } from './test-device.js';

const KINDS = ['call', 'request', 'performance', 'error', 'custom'] as const;

/** A device on which every kind of event that has a share happens once. */
function useEverything(sampling: Sampling, seed = 1) {
  const used = testDevice({
    config: { sampling },
    random: createSeededRandom(seed),
    globals: { performance: { memory: { usedJSHeapSize: 1_000 } } },
  });
  const { device, clock } = used;
  device.launch();
  device.call('scanCode');
  device.request('https://api.test/a');
  device.monitor.track('bought');
  clock.advance(100);
  device.monitor.captureException(new Error('boom'));
  clock.advance(MINUTE_MS);
  return used;
}

test('without shares everything is told', () => {
  const { collector } = useEverything({});
  for (const kind of KINDS) expect(collector.ofKind(kind), kind).toHaveLength(1);
});

test.each(KINDS)('a share of 0 of %s takes out that kind and no other, and leaves no gap', (kind) => {
  const { collector } = useEverything({ [kind]: 0 });
  for (const other of KINDS) expect(collector.ofKind(other), other).toHaveLength(other === kind ? 0 : 1);
  for (const other of ['launch', 'app_show', 'page_show', 'page_ready'] as const)
    expect(collector.ofKind(other), other).toHaveLength(1);
  expect(collector.events.map(({ n }) => n)).toEqual(collector.events.map((_, i) => i + 1));
});

test('a session that is not among the share tells nothing, stores nothing and asks nothing', () => {
  const { device, collector } = useEverything({ session: 0 });
  device.hide();
  expect(collector.bodies).toEqual([]);
  expect(String(device.storage.get('minilens_queue'))).not.toContain('kind');
  expect(device.monitor.diagnostics()).toMatchObject({ state: 'unsampled', waiting: 0, sampling: { session: 0 } });
});

test('about half of the sessions tell everything when the share is a half, and the others nothing', () => {
  const told = Array.from({ length: 100 }, (_, seed) => useEverything({ session: 0.5 }, seed + 1).collector.events);
  const sizes = new Set(told.map(({ length }) => length));
  expect(sizes.size).toBe(2);
  expect(sizes).toContain(0);
  const reporting = told.filter(({ length }) => length).length;
  expect(reporting).toBeGreaterThan(30);
  expect(reporting).toBeLessThan(70);
});

test('every session of a process is chosen for itself', () => {
  const { device, clock, collector } = testDevice({ config: { sampling: { session: 0.5 } } });
  device.launch();
  for (let i = 0; i < 60; i++) {
    device.hide();
    clock.advance(31 * MINUTE_MS);
    device.show();
    clock.advance(MINUTE_MS);
  }
  expect(collector.sessions.length).toBeGreaterThan(15);
  expect(collector.sessions.length).toBeLessThan(45);
  expect(collector.ofKind('page_show').length).toBe(collector.sessions.length);
});

test('a share of calls is a share of the calls, and their number is not scaled up', () => {
  const { device, clock, collector } = testDevice({ config: { sampling: { call: 0.25 } } });
  device.launch();
  for (let i = 0; i < 400; i++) device.call('scanCode');
  clock.advance(10 * MINUTE_MS);
  expect(collector.ofKind('call').length).toBeGreaterThan(60);
  expect(collector.ofKind('call').length).toBeLessThan(140);
});

test('what is not told itself is still a step on the way to an error', () => {
  const { collector } = useEverything({ request: 0 });
  expect(collector.ofKind('error')[0]?.steps).toContainEqual(expect.stringContaining('api.test'));
});

test('the repetitions of an error go with its first: all of a kind are told, or none', () => {
  const { device, clock, collector } = testDevice({ config: { sampling: { error: 0.5 } } });
  device.launch();
  const kinds = [...'abcdefghijklmnopqrstuvwxyz'];
  for (const kind of kinds)
    for (let i = 0; i < 10; i++) device.monitor.captureException(new Error(`failed in ${kind}`));
  clock.advance(10 * MINUTE_MS);
  const sums = kinds.map((kind) =>
    collector
      .ofKind('error')
      .filter(({ errMsg }) => errMsg === `failed in ${kind}`)
      .reduce((sum, { count = 1 }) => sum + count, 0),
  );
  expect(new Set(sums)).toEqual(new Set([0, 10]));
});

test.each<Sampling>([{ session: 0 }, { call: 0 }])(
  'with %o a call that never ended is not told at the next start either',
  (sampling) => {
    const { device, clock, collector } = testDevice({ config: { sampling }, onCall: () => ({ never: true }) });
    device.launch();
    device.call('scanCode');
    clock.advance(MINUTE_MS);
    device.hide();
    device.kill();
    device.launch();
    clock.advance(MINUTE_MS);
    device.hide();
    expect(collector.ofKind('call')).toEqual([]);
  },
);

test('a share that is no number breaks nothing', () => {
  const { device, collector } = useEverything({ call: 'half' as unknown as number });
  expect(collector.ofKind('request')).toHaveLength(1);
  expect(device.monitor.diagnostics()?.state).toBe('on');
});
