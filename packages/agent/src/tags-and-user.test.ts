import type { Event } from '@minilens/wire/event';
import { expect, test } from 'vitest';
import { MINUTE_MS, testDevice } from './test-device.js';
import { objections } from './test-objections.js';

function launched() {
  const used = testDevice();
  used.device.launch({ path: 'a' });
  return { ...used, monitor: used.device.monitor };
}

const circular: Record<string, unknown> = { a: 1 };
circular.self = circular;

test('tags go with every batch from then on, as texts', () => {
  const { monitor, device, clock, collector } = launched();
  clock.advance(MINUTE_MS);
  monitor.setTags({ plan: 'gold', level: 3, beta: true });
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.envelopes[0]).not.toHaveProperty('tags');
  expect(collector.envelopes.at(-1)?.tags).toEqual({ plan: 'gold', level: '3', beta: 'true' });
  expect(objections({ collector })).toEqual([]);
});

test('tags are replaced, not added to', () => {
  const { monitor, device, clock, collector } = launched();
  monitor.setTags({ plan: 'gold', level: 3 });
  monitor.setTags({ plan: 'silver' });
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.envelopes.at(-1)?.tags).toEqual({ plan: 'silver' });
});

test('events before and after a change of tags go in batches of their own, in their order', () => {
  const { monitor, clock, collector } = launched();
  monitor.track('untagged');
  monitor.setTags({ plan: 'gold' });
  monitor.track('gold');
  monitor.setTags({ plan: 'silver' });
  monitor.track('silver');
  monitor.setTags({});
  monitor.track('without');
  clock.advance(10 * MINUTE_MS);
  const tagsOf = (name: string) =>
    collector.envelopes.find(({ events }) =>
      (events as Event[]).some((event) => 'name' in event && event.name === name),
    )?.tags ?? {};
  expect(['untagged', 'gold', 'silver', 'without'].map(tagsOf)).toEqual([{}, { plan: 'gold' }, { plan: 'silver' }, {}]);
  expect(collector.events.map(({ n }) => n)).toEqual(collector.events.map((_, i) => i + 1));
});

test('tags stay with their events through a kill', () => {
  const { monitor, device, clock, collector } = launched();
  collector.answerWith(() => undefined);
  monitor.setTags({ plan: 'gold' });
  monitor.track('gold');
  clock.advance(MINUTE_MS);
  device.kill();
  collector.answerWith();
  device.launch();
  clock.advance(10 * MINUTE_MS);
  const tagged = collector.envelopes.filter(({ tags }) => tags);
  expect(tagged.map(({ tags }) => tags)).toEqual([{ plan: 'gold' }]);
  expect(tagged[0]?.session.id).toBe(collector.sessions[0]);
});

test('no more than ten tags are taken, and long names and values are cut', () => {
  const { monitor, device, clock, collector } = launched();
  monitor.setTags({
    ['n'.repeat(99)]: 'v'.repeat(99),
    ...Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`tag${i}`, i])),
  });
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  const tags = collector.envelopes.at(-1)?.tags ?? {};
  expect(Object.keys(tags)).toHaveLength(10);
  expect(tags['n'.repeat(64)]).toBe('v'.repeat(64));
  expect(objections({ collector })).toEqual([]);
});

test.each<[string, unknown]>([
  ['an empty name', { '': 'x', plan: 'gold' }],
  ['nothing', undefined],
  ['a text', 'gold'],
  ['a value that is no text', { plan: null, list: [1], object: { a: 1 } }],
  ['a value that cannot be a text', { plan: Object.create(null) }],
])('tags with %s cost no batch', (_name, tags) => {
  const { monitor, device, clock, collector } = launched();
  expect(() => monitor.setTags(tags as Record<string, string>)).not.toThrow();
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toHaveLength(1);
  expect(objections({ collector })).toEqual([]);
});

test('the user is told with openid, unionid and the other attributes', () => {
  const { monitor, clock, collector } = launched();
  monitor.setUser({ openid: 'o-1', unionid: 'u-1', plan: 'gold', phone: 7 });
  clock.advance(MINUTE_MS);
  const [event] = collector.ofKind('user');
  expect(event).toMatchObject({ openid: 'o-1', unionid: 'u-1' });
  expect(JSON.parse(event?.props ?? '')).toMatchObject({ plan: 'gold', phone: 7 });
  expect(objections({ collector })).toEqual([]);
});

test('all attributes go together, whether they have a place of their own or not', () => {
  const { monitor, clock, collector } = launched();
  monitor.setUser({ openid: 'o-1', unionid: 'u-1', plan: 'gold' });
  monitor.setUser({ openid: 'o-2' });
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('user').map(({ props }) => props)).toEqual([
    '{"openid":"o-1","unionid":"u-1","plan":"gold"}',
    '{"openid":"o-2"}',
  ]);
});

test.each<[string, Record<string, unknown>, object]>([
  ['numbers for ids', { openid: 5, unionid: {} }, {}],
  ['circular attributes', { openid: 'o-1', self: circular }, { openid: 'o-1' }],
  ['attributes of 2 MB', { openid: 'o-1', photo: 'x'.repeat(2_000_000) }, { openid: 'o-1' }],
  ['an id without end', { openid: 'o'.repeat(500) }, { openid: 'o'.repeat(64) }],
])('a user with %s is told as far as can be', (_name, attributes, expected) => {
  const { monitor, clock, collector } = launched();
  monitor.setUser(attributes);
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('user')).toEqual([expect.objectContaining(expected)]);
  expect(objections({ collector })).toEqual([]);
});

test('an event of the app’s own has its name, its page and its properties', () => {
  const { monitor, clock, collector } = launched();
  monitor.track('bought', { price: 9.5, items: ['a'] });
  monitor.track('left');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('custom')).toMatchObject([
    { name: 'bought', page: 'a', props: '{"price":9.5,"items":["a"]}' },
    { name: 'left', page: 'a' },
  ]);
  expect(collector.ofKind('custom')[1]).not.toHaveProperty('props');
  expect(objections({ collector })).toEqual([]);
});

test('properties of 2,048 characters are told, longer or circular ones are left out and the event is told without', () => {
  const { monitor, clock, collector } = launched();
  const fitting = { text: 'x'.repeat(2_048 - '{"text":""}'.length) };
  monitor.track('fits', fitting);
  monitor.track('too long', { text: `${fitting.text}x` });
  monitor.track('circular', circular);
  monitor.track('bigint', { big: 2n ** 70n });
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('custom').map(({ name, props }) => [name, props?.length])).toEqual([
    ['fits', 2_048],
    ['too long', undefined],
    ['circular', undefined],
    ['bigint', undefined],
  ]);
  expect(objections({ collector })).toEqual([]);
});

test('a name that is long is cut, and one that is none is left to the server', () => {
  const { monitor, clock, collector } = launched();
  monitor.track('n'.repeat(99));
  monitor.track('');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('custom').map(({ name }) => name)).toEqual(['n'.repeat(64), '']);
});

test.each([undefined, null, 'text', 7])('methods that are given %j never throw', (nonsense) => {
  const { monitor, device, clock, collector } = launched();
  const methods = ['track', 'setUser', 'setTags', 'captureException', 'setHookApis'] as const;
  for (const name of methods)
    expect(() => (monitor[name] as (a: unknown, b: unknown) => void)(nonsense, nonsense), name).not.toThrow();
  device.request('https://api.test/a');
  clock.advance(10 * MINUTE_MS);
  expect(collector.ofKind('request')).toHaveLength(1);
  expect(objections({ collector })).toEqual([]);
});
