import type { Wx } from '@minilens/simulator/device';
import { expect, test } from 'vitest';
import { MINUTE_MS, testDevice } from '../test-device.js';
import { objections } from '../test-objections.js';

/** How many errors the events stand for. */
const total = (events: { count?: number }[]) => events.reduce((sum, { count = 1 }) => sum + count, 0);

/** A `wx` that has these sources of errors; the platform tells them through what is answered. */
function sources(names: string[]) {
  const listeners: Record<string, ((error: unknown) => void)[]> = {};
  return {
    tell: (name: string, error: unknown) => {
      for (const heard of listeners[name] ?? []) heard(error);
    },
    prepareWx(wx: Wx) {
      for (const name of names) {
        const heard: ((error: unknown) => void)[] = [];
        listeners[name] = heard;
        wx[name] = (listener: (error: unknown) => void) => void heard.push(listener);
      }
    },
  };
}

/** A device that has captured this on page `a`. */
function captured(error: unknown, tags?: Record<string, unknown>) {
  const used = testDevice();
  used.device.launch({ path: 'a' });
  used.device.monitor.captureException(error, tags && { tags });
  used.clock.advance(MINUTE_MS);
  return { ...used, events: used.collector.ofKind('error') };
}

test('an app without onError has its errors told where wx has no onError either', () => {
  const { device, clock, collector } = testDevice();
  device.launch({ path: 'a' });
  device.tellApp('onError', 'TypeError: x is not a function\n    at a.js:1:2');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('error')).toMatchObject([
    { source: 'app', name: 'TypeError', errMsg: 'x is not a function', page: 'a' },
  ]);
});

test('an onError of the app’s own is called as it always was, and the error is told', () => {
  const seen: unknown[] = [];
  const definition = {
    own: 1,
    onError(this: { own: number }, ...args: unknown[]) {
      seen.push(this.own, args);
      return 'own result';
    },
  };
  const { device, clock, collector } = testDevice({ app: ({ App }) => App(definition) });
  device.launch();
  expect(device.tellApp('onError', 'Error: boom')).toBe('own result');
  clock.advance(MINUTE_MS);
  expect(seen).toEqual([1, ['Error: boom']]);
  expect(collector.ofKind('error')).toMatchObject([{ errMsg: 'boom' }]);
});

test.each<[string, string]>([
  ['onError', 'app'],
  ['onUnhandledRejection', 'promise'],
  ['onLazyLoadError', 'lazy_load'],
])('where wx has %s it is told once, though the App hears it too', (name, source) => {
  const { tell, prepareWx } = sources([name]);
  const own: unknown[] = [];
  const { device, clock, collector } = testDevice({
    prepareWx,
    app: ({ App }) => App({ [name]: (error: unknown) => own.push(error) }),
  });
  device.launch();
  const what = { message: 'boom', errMsg: 'boom', stack: 'Error: boom\n    at a.js:1:2' };
  const error = source === 'promise' ? { reason: what, promise: {} } : what;
  tell(name, error);
  device.tellApp(name, error);
  clock.advance(MINUTE_MS);
  expect(own).toEqual([error]);
  expect(collector.ofKind('error')).toMatchObject([{ source, errMsg: 'boom' }]);
  expect(total(collector.ofKind('error'))).toBe(1);
});

test.each<[string, unknown, object]>([
  ['an Error', new TypeError('x is null'), { name: 'TypeError', errMsg: 'x is null', stack: expect.any(String) }],
  ['a text', 'no network', { name: '', errMsg: 'no network' }],
  ['a text with a name', 'RangeError: too far', { name: 'RangeError', errMsg: 'too far' }],
  ['a result of the platform', { errMsg: 'login:fail timeout', errno: 5 }, { errMsg: 'login:fail timeout' }],
  ['undefined', undefined, { errMsg: 'undefined' }],
  ['null', null, { errMsg: 'null' }],
  ['zero', 0, { errMsg: '0' }],
  ['an object', { code: 40_029 }, { errMsg: expect.stringMatching(/./) }],
])('a rejection with %s is told once', (_name, reason, expected) => {
  const { device, clock, collector } = testDevice();
  device.launch();
  device.tellApp('onUnhandledRejection', { reason, promise: {} });
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('error')).toEqual([expect.objectContaining({ source: 'promise', ...expected })]);
  expect(objections({ collector })).toEqual([]);
});

test('a page that is not found is told without its query where the app has a handler for it', () => {
  const seen: unknown[] = [];
  const { device, clock, collector } = testDevice({
    app: ({ App }) => App({ onPageNotFound: (what: unknown) => void seen.push(what) }),
  });
  device.launch();
  const what = { path: '/pages/old/old?token=secret', query: { token: 'secret' }, isEntryPage: true };
  device.tellApp('onPageNotFound', what);
  clock.advance(MINUTE_MS);
  expect(seen).toEqual([what]);
  expect(collector.ofKind('error')).toMatchObject([{ source: 'page_not_found', errMsg: 'pages/old/old' }]);
  expect(collector.bodies.join()).not.toContain('secret');
});

test('handlers whose mere being there changes what WeChat does are never added to the App', () => {
  let given: Record<string, unknown> = {};
  const { device } = testDevice({
    globals: {
      App: (definition: Record<string, unknown>) => {
        given = definition;
      },
    },
  });
  device.launch();
  expect(given).toHaveProperty('onLaunch');
  expect(given).not.toHaveProperty('onPageNotFound');
  expect(given).not.toHaveProperty('onLazyLoadError');
});

test('an error the app caught is told with the tags it was given and the page it was on', () => {
  const { events } = captured(new RangeError('too far'), { component: 'cart', retry: 2 });
  expect(events).toMatchObject([
    { source: 'captured', name: 'RangeError', errMsg: 'too far', page: 'a', props: '{"component":"cart","retry":2}' },
  ]);
  expect(events[0]?.stack).toContain('RangeError: too far');
});

test.each<[string, unknown, object]>([
  ['a text', 'plain', { name: '', errMsg: 'plain' }],
  ['nothing', undefined, { errMsg: 'undefined' }],
  ['an Error without a message', new TypeError(), { name: 'TypeError' }],
  ['an Error that has a reason', Object.assign(new TypeError('boom'), { reason: 'sold out' }), { errMsg: 'boom' }],
  ['a function', () => 7, { source: 'captured' }],
])('%s can be captured', (_name, error, expected) => {
  expect(captured(error).events).toEqual([expect.objectContaining(expected)]);
});

test('messages, stacks and tags without end are cut to what a server takes', () => {
  const error = new Error('m'.repeat(10_000));
  error.name = 'N'.repeat(200);
  error.stack = `at a.js:1:2\n`.repeat(10_000);
  const used = captured(error, { text: 'x'.repeat(10_000) });
  expect(used.events).toMatchObject([{ errMsg: 'm'.repeat(256), name: 'N'.repeat(64) }]);
  expect(used.events[0]?.stack).toHaveLength(2_048);
  expect(used.events[0]).not.toHaveProperty('props');
  expect(objections(used)).toEqual([]);
});

test.each<[string, string, { name: string; errMsg: string; inStack: string | undefined }]>([
  [
    'Android',
    'MiniProgramError\nx is not defined\nReferenceError: x is not defined\n    at Page.onLoad (https://usr/app-service.js:20:7)',
    { name: 'ReferenceError', errMsg: 'x is not defined', inStack: 'app-service.js:20:7' },
  ],
  [
    'Android with the place in the message',
    "thirdScriptError\nCannot read property 'a' of undefined;at pages/index/index page onLoad function\nTypeError: Cannot read property 'a' of undefined\n    at Page.onLoad (weapp:///pages/index.js:3:9)",
    {
      name: 'TypeError',
      errMsg: "Cannot read property 'a' of undefined;at pages/index/index page onLoad function",
      inStack: 'index.js:3:9',
    },
  ],
  [
    'iOS',
    "thirdScriptError\nundefined is not an object (evaluating 'a.b')\nonLoad@https://usr/app-service.js:20:7\nglobal code@https://usr/app-service.js:1:1",
    {
      name: '',
      errMsg: "undefined is not an object (evaluating 'a.b')",
      inStack: 'onLoad@https://usr/app-service.js:20:7',
    },
  ],
  ['devtools', 'Error: boom\n    at a.js:1:2', { name: 'Error', errMsg: 'boom', inStack: 'a.js:1:2' }],
  [
    'one line',
    'SyntaxError: Unexpected token',
    { name: 'SyntaxError', errMsg: 'Unexpected token', inStack: undefined },
  ],
  ['one word', 'boom', { name: '', errMsg: 'boom', inStack: undefined }],
])('a text of %s is taken apart', (_name, text, { name, errMsg, inStack }) => {
  const { device, clock, collector } = testDevice();
  device.launch();
  device.tellApp('onError', text);
  clock.advance(MINUTE_MS);
  const [event] = collector.ofKind('error');
  expect([event?.name, event?.errMsg]).toEqual([name, errMsg]);
  if (inStack === undefined) expect(event).not.toHaveProperty('stack');
  else expect(event?.stack).toContain(inStack);
});

test('an error object of wx.onError, whose name stands only in its stack, has that name', () => {
  const { tell, prepareWx } = sources(['onError']);
  const { device, clock, collector } = testDevice({ prepareWx });
  device.launch();
  tell('onError', {
    message: 'MiniProgramError\nx is not defined',
    stack: 'ReferenceError: x is not defined\n    at Page.onLoad (https://usr/app-service.js:20:7)',
  });
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('error')).toMatchObject([{ name: 'ReferenceError', errMsg: 'x is not defined' }]);
});

test.each([
  'https://api.test/pay?token=secret',
  'https://api.test/pay#secret',
  'https://api.test/pay?time=10:30&phone=secret',
  'https://api.test/pay?next=https://b.test/c?token=secret',
  'https://api.test/pay?name=(a)&token=secret',
  'wss://api.test/pay?token=secret&x="y"',
])('nothing of the query of %s leaves the device', (url) => {
  const error = new Error(`could not load ${url} in time`);
  error.stack = `Error: could not load ${url} in time\n    at load (${url}:12:30)\n    at send (https://usr/app.js:7:1)`;
  const { collector, events } = captured(error, undefined);
  expect(events[0]?.errMsg).toMatch(/^could not load \w+:\/\/api\.test\/pay in time$/);
  expect(events[0]?.stack).toContain('https://usr/app.js:7:1');
  expect(collector.bodies.join()).not.toContain('secret');
});

test('the query of a page in a message of the platform does not leave the device', () => {
  const { collector } = captured(new Error('navigateTo:fail page "pages/pay/pay?token=secret" is not found'));
  expect(collector.bodies.join()).not.toContain('secret');
});

test('a question in a message stays', () => {
  expect(captured(new Error('is it there? no')).events).toMatchObject([{ errMsg: 'is it there? no' }]);
});

test('a loop of 1,000 is one event with the steps to it, and one that counts the rest', () => {
  const { device, clock, collector } = testDevice();
  device.launch();
  for (let i = 0; i < 1_000; i++) device.monitor.captureException(new Error(`boom ${i}`));
  expect(device.monitor.diagnostics()?.waiting).toBeLessThan(10);
  clock.advance(MINUTE_MS);
  const events = collector.ofKind('error');
  expect(events).toHaveLength(2);
  expect(events[0]?.steps).toContainEqual(expect.stringContaining('page_show'));
  expect(events[0]).not.toHaveProperty('count');
  expect(events[1]).toMatchObject({ errMsg: 'boom 0', count: 999 });
  expect(events[1]).not.toHaveProperty('steps');
});

test('an error that goes on for minutes is counted in full, without an event for each', () => {
  const { device, clock, collector } = testDevice();
  device.launch();
  for (let i = 0; i < 600; i++) {
    device.monitor.captureException('boom');
    clock.advance(100);
  }
  clock.advance(MINUTE_MS);
  expect(total(collector.ofKind('error'))).toBe(600);
  expect(collector.ofKind('error').length).toBeLessThan(10);
});

test('what was counted is told when the app goes to the background, also when it never comes back', () => {
  const { device, clock, collector } = testDevice();
  device.launch();
  for (let i = 0; i < 7; i++) device.monitor.captureException('boom');
  device.hide();
  device.kill();
  clock.advance(MINUTE_MS);
  device.launch();
  clock.advance(MINUTE_MS);
  expect(total(collector.ofKind('error'))).toBe(7);
});

test('the first of an error in another session comes with steps again', () => {
  const { device, clock, collector } = testDevice();
  device.launch();
  device.monitor.captureException('boom');
  device.monitor.captureException('boom');
  device.hide();
  clock.advance(31 * MINUTE_MS);
  device.show();
  device.monitor.captureException('boom');
  clock.advance(MINUTE_MS);
  const bySession = collector.sessions.map((id) => collector.ofKind('error').filter(({ session }) => session === id));
  expect(bySession.map(total)).toEqual([2, 1]);
  expect(bySession[1]?.[0]?.steps?.length).toBeGreaterThan(0);
});

test('60 different errors, each three times, are all told and all counted', () => {
  const { device, clock, collector } = testDevice();
  device.launch();
  const kinds = Array.from(
    { length: 60 },
    (_, i) => `failed in ${String.fromCharCode(65 + (i % 26)).repeat(1 + i / 26)}`,
  );
  for (let round = 0; round < 3; round++) for (const kind of kinds) device.monitor.captureException(kind);
  clock.advance(10 * MINUTE_MS);
  const counts = kinds.map((kind) => total(collector.ofKind('error').filter(({ errMsg }) => errMsg === kind)));
  expect(counts).toEqual(kinds.map(() => 3));
});

test('errors of the same words from different places are different', () => {
  const { device, clock, collector } = testDevice();
  device.launch();
  const error = new TypeError('x is null');
  device.monitor.captureException(Object.assign(error, { stack: 'TypeError: x is null\n    at cart' }));
  device.monitor.captureException(Object.assign(error, { stack: 'TypeError: x is null\n    at list' }));
  device.tellApp('onError', 'TypeError: x is null');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('error')).toHaveLength(3);
});

test('repetitions of an error that beforeSend took out are not told either', () => {
  const { device, clock, collector } = testDevice({
    config: { beforeSend: (event) => (event.kind === 'error' && 'steps' in event ? null : event) },
  });
  device.launch();
  for (let i = 0; i < 10; i++) device.monitor.captureException('boom');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('error')).toEqual([]);
});

test('an error while the app’s files are loaded belongs to the session that follows', () => {
  const { device, clock, collector } = testDevice({
    app({ App, monitor }) {
      monitor.captureException('too early');
      App({});
    },
  });
  device.launch({ path: 'a', scene: 1047 });
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('error')).toHaveLength(1);
  expect(collector.sessions).toHaveLength(1);
  expect(collector.envelopes[0]?.session.scene).toBe(1047);
});

test('the steps say what happened, oldest first, and how long before', () => {
  const { device, clock, collector } = testDevice({
    app({ App, page }) {
      App({});
      page('pages/list/list', { likes() {} });
    },
  });
  device.launch({ path: 'pages/list/list' });
  clock.advance(1_000);
  device.tap('likes');
  clock.advance(1_000);
  device.call('scanCode');
  device.request('https://api.test/orders/8731');
  clock.advance(1_000);
  device.navigateTo('pages/pay/pay');
  clock.advance(1_000);
  device.monitor.captureException('boom');
  clock.advance(MINUTE_MS);
  const steps = collector.ofKind('error')[0]?.steps ?? [];
  const at = [
    /page_show.*pages\/list\/list/,
    /tap.*likes/,
    /call.*scanCode/,
    /request.*api\.test/,
    /page_show.*pages\/pay/,
  ];
  const found = at.map((words) => steps.findIndex((step) => words.test(step)));
  expect(found).not.toContain(-1);
  expect(found).toEqual([...found].sort((a, b) => a - b));
  expect(steps.find((step) => /tap/.test(step))).toContain('-3000');
});

test('a step in the same moment as the error has a time too', () => {
  const { device, clock, collector } = testDevice();
  device.launch({ path: 'a' });
  device.monitor.captureException('boom');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('error')[0]?.steps?.find((step) => /page_show/.test(step))).toMatch(/(^| )-?0 /);
});

test('no more than the last 20 steps are told', () => {
  const { device, clock, collector } = testDevice();
  device.launch({ path: 'a' });
  for (let i = 0; i < 30; i++) device.navigateTo(`page${i}`);
  device.monitor.captureException('boom');
  clock.advance(MINUTE_MS);
  const steps = collector.ofKind('error')[0]?.steps ?? [];
  expect(steps).toHaveLength(20);
  expect(steps.at(-1)).toContain('page29');
  expect(steps.join()).not.toContain('page1 ');
});

test('steps keep the secrets of what they tell', () => {
  const used = testDevice({ config: { recordArgs: { scanCode: ['note'] } } });
  const { device, clock, collector } = used;
  device.launch({ path: 'a' });
  device.request('https://api.test/a?token=secret', { data: { card: 'secret' }, header: { cookie: 'secret' } });
  device.call('requestPayment', { paySign: 'secret', package: 'secret' });
  device.monitor.setUser({ openid: 'secret-openid', phone: 'secret-phone' });
  device.monitor.track('bought', { what: 'secret-thing' });
  device.call('scanCode', { note: 'secret-argument' });
  clock.advance(1_000);
  device.monitor.captureException('boom');
  clock.advance(MINUTE_MS);
  const [event] = collector.ofKind('error');
  expect(event?.steps?.join('\n')).toMatch(/request.*requestPayment/s);
  expect(JSON.stringify(event)).not.toContain('secret');
  expect(objections(used)).toEqual([]);
});

test('an error among the steps to the next one is called an error there', () => {
  const { device, clock, collector } = testDevice();
  device.launch({ path: 'a' });
  const first = new Error(`first ${'x'.repeat(300)}`);
  device.monitor.captureException(first);
  device.monitor.captureException('second');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('error')[1]?.steps).toContainEqual(expect.stringMatching(/error.*first/));
});
