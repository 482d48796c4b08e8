import type { HttpAnswer, Wx } from '@minilens/simulator/device';
import { expect, test } from 'vitest';
import { MINUTE_MS, testDevice } from './test-device.js';

type Used = ReturnType<typeof testDevice>;

/** The next batch is answered with a receipt that carries this; those after it are answered plainly again. */
function sendConfig({ collector }: Used, config: unknown) {
  collector.answerWith((body) => {
    collector.answerWith();
    const answer = collector.onRequest(body) as NonNullable<HttpAnswer>;
    return { ...answer, data: { ...(answer.data as object), config } };
  });
}

/** A launched device that has been told this. */
function told(config: unknown, options: Parameters<typeof testDevice>[0] = {}) {
  const originals: Wx = {};
  const used = testDevice({
    ...options,
    prepareWx(wx) {
      options.prepareWx?.(wx);
      Object.assign(originals, wx);
    },
  });
  sendConfig(used, config);
  used.device.launch();
  used.clock.advance(MINUTE_MS);
  return { ...used, originals };
}

function restart({ device, clock }: Used) {
  device.hide();
  clock.advance(1_000);
  device.kill();
  device.launch();
  clock.advance(MINUTE_MS);
}

const namesOf = ({ collector }: Used) => collector.ofKind('call').map(({ name }) => name);

test('hookApis from the server hold at once and at the next start, in place of the app’s own', () => {
  const used = told(
    { version: 'v1', values: { hookApis: ['login', 'wx.getLocation'] } },
    { apis: ['login', 'getLocation'], config: { hookApis: ['scanCode'] } },
  );
  const { device, clock } = used;
  const callAll = () => {
    for (const name of ['scanCode', 'login', 'getLocation', 'previewImage']) device.call(name);
    clock.advance(MINUTE_MS);
  };
  callAll();
  expect(namesOf(used)).toEqual(['login', 'getLocation']);
  expect(device.wx.scanCode).toBe(used.originals.scanCode);
  restart(used);
  callAll();
  expect(namesOf(used)).toEqual(['login', 'getLocation', 'login', 'getLocation']);
});

test('"*" from the server watches what the app never named', () => {
  const used = told({ version: 'v1', values: { hookApis: ['*'] } }, { apis: ['vibrateShort'] });
  used.device.call('vibrateShort');
  used.clock.advance(MINUTE_MS);
  expect(namesOf(used)).toEqual(['vibrateShort']);
});

test('an empty list from the server watches no call', () => {
  const used = told({ version: 'v1', values: { hookApis: [] } });
  used.device.call('scanCode');
  used.clock.advance(MINUTE_MS);
  expect(namesOf(used)).toEqual([]);
});

test('shares from the server hold at once and at the next start, and what they leave out stays as the app has it', () => {
  const used = told(
    { version: 'v1', values: { sampling: { call: 1, custom: 0 } } },
    { config: { sampling: { call: 0, request: 0 } } },
  );
  const { device, clock, collector } = used;
  const useAll = () => {
    device.call('scanCode');
    device.request('https://api.test/a');
    device.monitor.track('bought');
    clock.advance(MINUTE_MS);
    return (['call', 'request', 'custom'] as const).map((kind) => collector.ofKind(kind).length);
  };
  expect(useAll()).toEqual([1, 0, 0]);
  restart(used);
  expect(useAll()).toEqual([2, 0, 0]);
  expect(device.monitor.diagnostics()?.sampling).toEqual({ call: 1, request: 0, custom: 0 });
});

test('a share of sessions from the server holds for the next session', () => {
  const used = told({ version: 'v1', values: { sampling: { session: 0 } } });
  const { device, clock, collector } = used;
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(namesOf(used)).toEqual(['scanCode']);
  device.hide();
  clock.advance(31 * MINUTE_MS);
  device.show();
  clock.advance(MINUTE_MS);
  expect(collector.sessions).toHaveLength(1);
  expect(device.monitor.diagnostics()?.state).toBe('unsampled');
});

test('the version it follows is named in every batch, after the next start too, and in the diagnostics', () => {
  const used = told({ version: 'v1', values: { sampling: { call: 0 } } });
  const { device, clock, collector } = used;
  device.request('https://api.test/a');
  clock.advance(MINUTE_MS);
  expect(collector.envelopes[0]?.config ?? '').toBe('');
  expect(collector.envelopes.at(-1)?.config).toBe('v1');
  expect(device.monitor.diagnostics()?.config).toBe('v1');
  const before = collector.envelopes.length;
  restart(used);
  expect(collector.envelopes.slice(before).map(({ config }) => config)).toEqual(
    collector.envelopes.slice(before).map(() => 'v1'),
  );
});

test('version "" without values gives the app its own settings back', () => {
  const used = told(
    { version: 'v1', values: { hookApis: ['login'], sampling: { call: 0 } } },
    { apis: ['login'], config: { hookApis: ['scanCode'] } },
  );
  const { device, clock, collector } = used;
  sendConfig(used, { version: '', values: {} });
  device.request('https://api.test/a');
  clock.advance(MINUTE_MS);
  device.call('scanCode');
  device.call('login');
  clock.advance(MINUTE_MS);
  expect(namesOf(used)).toEqual(['scanCode']);
  expect(collector.envelopes.at(-1)?.config ?? '').toBe('');
});

test('what the app asked for with setHookApis outlives a receipt that says nothing of it', () => {
  const used = testDevice({ apis: ['login'] });
  const { device, clock } = used;
  device.launch();
  device.monitor.setHookApis(['login']);
  sendConfig(used, { version: 'v1', values: { sampling: { custom: 0 } } });
  clock.advance(MINUTE_MS);
  device.call('login');
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(namesOf(used)).toEqual(['login']);
});

test('switched off, it takes its hooks out, forgets what waits, and records and sends nothing more', () => {
  const used = testDevice({ latencyMs: 2_000 });
  const { device, clock, collector } = used;
  device.launch();
  const hooked = device.wx.scanCode;
  sendConfig(used, { version: 'v1', values: { off: true } });
  clock.advance(6_000);
  device.monitor.track('while the receipt is under way');
  clock.advance(MINUTE_MS);
  const { length } = collector.bodies;
  expect(device.wx.scanCode).not.toBe(hooked);
  expect(device.monitor.diagnostics()).toMatchObject({ state: 'off', waiting: 0, hooks: {}, config: 'v1' });
  device.call('scanCode');
  device.request('https://api.test/a');
  device.navigateTo('b');
  device.monitor.track('bought');
  device.monitor.captureException(new Error('boom'));
  device.hide();
  clock.advance(60 * MINUTE_MS);
  device.show();
  clock.advance(60 * MINUTE_MS);
  expect(device.monitor.diagnostics()?.waiting).toBe(0);
  expect(collector.bodies).toHaveLength(length);
  expect(collector.ofKind('custom')).toEqual([]);
  expect(String(device.storage.get('minilens_queue'))).not.toContain('kind');
});

test('switched off, it gives back every function of the platform as it was', () => {
  const used = told(
    { version: 'v1', values: { off: true } },
    { apis: ['uploadFile', 'downloadFile', 'connectSocket'], config: { hookApis: '*' } },
  );
  for (const name of Object.keys(used.originals)) expect(used.device.wx[name], name).toBe(used.originals[name]);
});

test('a call that was open when it was switched off is never told', () => {
  const used = testDevice({ onCall: () => ({ never: true }) });
  const { device, clock, collector } = used;
  device.launch();
  device.call('scanCode');
  sendConfig(used, { version: 'v1', values: { off: true } });
  clock.advance(MINUTE_MS);
  device.hide();
  device.kill();
  sendConfig(used, { version: 'v2', values: {} });
  device.launch();
  clock.advance(MINUTE_MS);
  restart(used);
  expect(collector.sessions.length).toBeGreaterThan(1);
  expect(namesOf(used)).toEqual([]);
});

test('the next start installs nothing, and asks once, after five seconds and with no events, whether it is still off', () => {
  const used = told({ version: 'v1', values: { off: true } });
  const { device, clock, collector, originals } = used;
  device.hide();
  device.kill();
  const before = collector.envelopes.length;
  device.launch();
  for (const name of Object.keys(originals)) expect(device.wx[name], name).toBe(originals[name]);
  device.call('scanCode');
  device.request('https://api.test/a');
  clock.advance(4_999);
  expect(collector.envelopes).toHaveLength(before);
  clock.advance(1);
  expect(collector.envelopes.slice(before)).toMatchObject([{ config: 'v1', events: [] }]);
  device.navigateTo('b');
  device.hide();
  clock.advance(60 * MINUTE_MS);
  expect(collector.envelopes).toHaveLength(before + 1);
  expect(device.monitor.diagnostics()).toMatchObject({ state: 'off', waiting: 0 });
});

test('a receipt that switches it on again takes effect at the start after', () => {
  const used = told({ version: 'v1', values: { off: true } });
  const { device, clock, collector, originals } = used;
  device.kill();
  sendConfig(used, { version: 'v2', values: {} });
  device.launch();
  clock.advance(MINUTE_MS);
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(device.wx.scanCode).toBe(originals.scanCode);
  expect(namesOf(used)).toEqual([]);
  restart(used);
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(namesOf(used)).toEqual(['scanCode']);
  expect(collector.envelopes.at(-1)?.config).toBe('v2');
});

test('one that is off and finds no network stays off, and asks again at the next start', () => {
  const used = told({ version: 'v1', values: { off: true } });
  const { device, clock, collector } = used;
  device.kill();
  let asked = 0;
  collector.answerWith(() => {
    asked++;
    return undefined;
  });
  device.launch();
  clock.advance(60 * MINUTE_MS);
  restart(used);
  expect([asked, device.monitor.diagnostics()?.state]).toEqual([2, 'off']);
});

test.each<[string, string, unknown]>([
  ['no JSON', 'minilens_config', 'x{'],
  ['JSON of nothing', 'minilens_config', 'null'],
  ['a number', 'minilens_config', '5'],
  ['values that are no object', 'minilens_config', '{"version":"v1","values":5}'],
  ['hookApis that are no list', 'minilens_config', '{"version":"v1","values":{"hookApis":{"a":1}}}'],
  ['hookApis of anything', 'minilens_config', '{"version":"v1","values":{"hookApis":[null,7,"","a..b",{}]}}'],
  ['shares that are no object', 'minilens_config', '{"version":"v1","values":{"sampling":"all"}}'],
  ['something that is no text', 'minilens_config', { version: 'v1' }],
  ['no JSON', 'minilens_queue', 'x{'],
  ['JSON of nothing', 'minilens_queue', 'null'],
  ['groups that are no list', 'minilens_queue', '{"v":1,"groups":5}'],
  ['a group of nothing', 'minilens_queue', '{"v":1,"groups":[null]}'],
  ['a group without events', 'minilens_queue', '{"v":1,"groups":[{"s":{"id":"aaaaaaaaaaaaaaaa"}}]}'],
  ['open calls of nowhere', 'minilens_queue', '{"v":1,"groups":[],"open":{}}'],
  ['the queue of a later version', 'minilens_queue', '{"v":2,"groups":{"a":[]}}'],
  ['something that is no text', 'minilens_queue', [1]],
  ['something that is no text', 'minilens_user', { id: 1 }],
  ['something that is no text', 'minilens_consent', 7],
])('%s in the storage under %s breaks neither the app nor the agent', (_name, key, value) => {
  const { device, clock, collector } = testDevice();
  device.storage.set(key, value);
  expect(() => device.launch()).not.toThrow();
  device.request('https://api.test/a');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('launch')).toHaveLength(1);
  expect(collector.ofKind('request')).toHaveLength(1);
});

test.each<[string, unknown]>([
  ['nothing', null],
  ['a number', 5],
  ['a text', 'off'],
  ['no values', { version: 'v1' }],
  ['empty values', { version: 'v1', values: null }],
  ['a number for values', { version: 'v1', values: 5 }],
  ['a number for hookApis', { version: 'v1', values: { hookApis: 5 } }],
  ['anything in hookApis', { version: 'v1', values: { hookApis: [null, 7, '', 'a..b', {}, '.'] } }],
  ['nothing for sampling', { version: 'v1', values: { sampling: null } }],
  ['a text for sampling', { version: 'v1', values: { sampling: 'all' } }],
  ['values nobody knows', { version: 'v1', values: { colour: 'red', off: 0 } }],
])('a receipt with %s for a configuration breaks neither the app nor the agent, now or later', (_name, config) => {
  const used = told(config);
  const { device, clock, collector } = used;
  device.request('https://api.test/a');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('request')).toHaveLength(1);
  restart(used);
  device.request('https://api.test/a');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('request')).toHaveLength(2);
});
