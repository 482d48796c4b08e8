import { expect, test } from 'vitest';
import { MINUTE_MS, testDevice } from '../test-device.js';

const APIS = ['navigateTo', 'login', 'requestVirtualPayment', 'requestMerchantTransfer'];

/** What was recorded of one call. */
function recorded(recordArgs: Record<string, string[]>, name: string, given?: object) {
  const { device, clock, collector } = testDevice({
    config: { recordArgs, hookApis: [...APIS, 'requestPayment', 'scanCode'] },
    apis: APIS,
  });
  device.launch();
  if (given) device.call(name, given);
  else void (device.wx[name] as () => unknown)();
  return { args: () => collector.ofKind('call')[0]?.args, clock, collector };
}

const textOf = (given: object, allowed = ['url']) => {
  const { args, clock, collector } = recorded({ navigateTo: allowed }, 'navigateTo', given);
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toHaveLength(1);
  return args();
};

test('the arguments that are allowed are recorded, and no others', () => {
  const given = { url: '/pages/a/a', secret: 'secret', events: { a: 'secret' } };
  expect(textOf(given, ['url', 'delta', 'depth'])).toBe('{"url":"/pages/a/a"}');
});

test('without a list nothing is recorded, and a list is for its own interface', () => {
  const { args, clock, collector } = recorded({ login: ['url'] }, 'navigateTo', { url: 'secret' });
  clock.advance(MINUTE_MS);
  expect(args()).toBeUndefined();
  expect(collector.bodies.join()).not.toContain('secret');
});

test('callbacks are no arguments', () => {
  expect(textOf({ url: 'a' }, ['url', 'success', 'fail'])).toBe('{"url":"a"}');
});

test.each(['requestPayment', 'requestVirtualPayment'])('nothing of %s is recorded, whatever is allowed', (name) => {
  const given = { timeStamp: 'secret', nonceStr: 'secret', package: 'secret', paySign: 'secret', note: 'secret' };
  const { args, clock, collector } = recorded({ [name]: Object.keys(given) }, name, given);
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toHaveLength(1);
  expect(args()).toBeUndefined();
  expect(collector.bodies.join()).not.toContain('secret');
});

test.each(['package', 'nonceStr', 'timeStamp', 'signType', 'paySign', 'payInfo'])(
  'an argument called %s is not recorded of any interface',
  (name) => {
    expect(textOf({ url: 'a', [name]: 'secret' }, ['url', name])).toBe('{"url":"a"}');
  },
);

test('512 characters are recorded, and longer ones left out while the call is told', () => {
  const fitting = 'x'.repeat(512 - '{"url":""}'.length);
  expect(textOf({ url: fitting })).toHaveLength(512);
  expect(textOf({ url: `${fitting}x` })).toBeUndefined();
});

test('arguments that cannot be written are left out while the call is told', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  expect(textOf({ url: circular })).toBeUndefined();
});

test('an argument that throws when it is read costs neither the app its call nor us its record', () => {
  const given = {
    get url(): string {
      throw new Error('the app’s own');
    },
  };
  const calls: unknown[] = [];
  const { device, clock } = testDevice({
    config: { recordArgs: { scanCode: ['url'] } },
    prepareWx: (wx) => Object.assign(wx, { scanCode: (options: unknown) => void calls.push(options) }),
  });
  device.launch();
  (device.wx.scanCode as (options: object) => void)(given);
  clock.advance(MINUTE_MS);
  expect(calls).toEqual([given]);
});

test('a call without arguments is told where some are allowed', async () => {
  const { args, clock, collector } = recorded({ login: ['timeout'] }, 'login');
  await clock.advanceAsync(MINUTE_MS);
  expect(collector.ofKind('call').map(({ name }) => name)).toEqual(['login']);
  expect(args()).toBeUndefined();
});

test('arguments are those of the moment of the call', () => {
  const { device, clock, collector } = testDevice({ config: { recordArgs: { scanCode: ['scanType'] } } });
  device.launch();
  const given = { scanType: ['qrCode'], success() {}, fail() {} };
  (device.wx.scanCode as (options: object) => void)(given);
  given.scanType.push('barCode');
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')[0]?.args).toBe('{"scanType":["qrCode"]}');
});

test('a call that the process did not outlive keeps its arguments', () => {
  const { device, clock, collector } = testDevice({
    config: { recordArgs: { scanCode: ['scanType'] } },
    onCall: () => ({ never: true }),
  });
  device.launch();
  device.call('scanCode', { scanType: ['qrCode'] });
  device.hide();
  device.kill();
  device.launch();
  clock.advance(MINUTE_MS);
  expect(collector.ofKind('call')).toMatchObject([{ outcome: 'unknown', args: '{"scanType":["qrCode"]}' }]);
});
