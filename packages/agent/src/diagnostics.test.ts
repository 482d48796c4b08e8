import { expect, test } from 'vitest';
import type { Diagnostics, MonitorConfig } from './public-types.js';
import { MINUTE_MS, testDevice } from './test-device.js';

/** What the agent reported of itself, newest last. */
const reportsOf = ({ clock, collector }: ReturnType<typeof testDevice>) => {
  clock.advance(MINUTE_MS);
  return collector.ofKind('agent').map(({ props }) => JSON.parse(props) as Partial<Diagnostics>);
};

test.each<
  [
    Diagnostics['state'],
    Partial<MonitorConfig>,
    ((monitor: ReturnType<typeof testDevice>['device']['monitor']) => void)?,
  ]
>([
  ['on', {}],
  ['waiting', { consent: 'required' }],
  ['refused', { consent: 'required' }, (monitor) => monitor.setConsent(false)],
  ['on', { consent: 'required' }, (monitor) => monitor.setConsent(true)],
  ['unsampled', { sampling: { session: 0 } }],
  ['off', {}, (monitor) => monitor.destroy()],
])('the state is %s with %o', (state, config, then) => {
  const { device } = testDevice({ config });
  device.launch();
  then?.(device.monitor);
  expect(device.monitor.diagnostics()?.state).toBe(state);
});

test('what waits, what was sent and what was dropped is counted', () => {
  const { device, clock, collector } = testDevice({
    config: { beforeSend: (event) => (event.kind === 'custom' ? null : event) },
  });
  device.launch();
  device.monitor.track('dropped');
  const waiting = device.monitor.diagnostics()?.waiting;
  expect(waiting).toBeGreaterThan(0);
  expect(device.monitor.diagnostics()).toMatchObject({ sent: 0, dropped: { full: 0, refused: 0, filtered: 1 } });
  clock.advance(6_000);
  expect(device.monitor.diagnostics()).toMatchObject({ waiting: 0, sent: waiting });
  collector.answerWith(() => ({ statusCode: 413, data: { code: 'TOO_LARGE', message: 'too large', retry: false } }));
  device.call('scanCode');
  clock.advance(MINUTE_MS);
  expect(device.monitor.diagnostics()?.dropped).toMatchObject({ full: 0, refused: expect.any(Number), filtered: 1 });
  expect(device.monitor.diagnostics()?.dropped.refused).toBeGreaterThan(0);
});

test('every signal and hook has a state, and what another SDK replaced since is overwritten', () => {
  const { device } = testDevice({
    config: { hookApis: ['scanCode', 'notThere', 'previewImage', 'cloud.callFunction'] },
    prepareWx(wx) {
      Object.defineProperty(wx, 'previewImage', { value: wx.previewImage, writable: false, configurable: false });
      wx.onError = () => {};
    },
  });
  device.launch();
  const ours = device.wx.scanCode as () => void;
  device.wx.scanCode = () => ours();
  expect(device.monitor.diagnostics()?.hooks).toMatchObject({
    App: 'hooked',
    Page: 'hooked',
    Component: 'hooked',
    Behavior: 'hooked',
    request: 'hooked',
    uploadFile: 'absent',
    scanCode: 'overwritten',
    notThere: 'absent',
    previewImage: 'refused',
    'cloud.callFunction': 'absent',
    onError: 'hooked',
    onUnhandledRejection: 'absent',
    onAppShow: 'hooked',
    onAppRoute: 'absent',
  });
});

test('the agent reports on itself once a session, some time after the app came to the foreground', () => {
  const used = testDevice();
  const { device, clock, collector } = used;
  device.launch();
  clock.advance(9_999);
  device.call('scanCode');
  expect(collector.ofKind('agent')).toEqual([]);
  expect(reportsOf(used)).toHaveLength(1);
  for (let i = 0; i < 5; i++) {
    device.hide();
    clock.advance(MINUTE_MS);
    device.show();
    device.call('scanCode');
    clock.advance(MINUTE_MS);
  }
  expect(reportsOf(used)).toHaveLength(1);
});

test('a new session is reported on anew', () => {
  const used = testDevice();
  const { device, clock, collector } = used;
  device.launch();
  clock.advance(MINUTE_MS);
  device.hide();
  clock.advance(31 * MINUTE_MS);
  device.show();
  expect(reportsOf(used)).toHaveLength(2);
  expect(new Set(collector.ofKind('agent').map(({ session }) => session)).size).toBe(2);
});

test('a session so short that the time never came is reported on when it goes to the background', () => {
  const used = testDevice();
  used.device.launch();
  used.clock.advance(1_000);
  used.device.hide();
  used.clock.advance(1);
  expect(used.collector.ofKind('agent')).toHaveLength(1);
  expect(reportsOf(used)).toHaveLength(1);
});

test('the report has what is not as it should be, and nothing that is, or that always changes', () => {
  const used = testDevice({ config: { sampling: { call: 0.5 }, hookApis: ['notThere', 'scanCode'] } });
  used.device.launch();
  const [report] = reportsOf(used);
  expect(report).toMatchObject({
    state: 'on',
    dropped: { full: 0, refused: 0, filtered: 0 },
    sampling: { call: 0.5 },
    hooks: { notThere: 'absent' },
  });
  expect(Object.values(report?.hooks ?? {})).not.toContain('hooked');
  for (const name of ['waiting', 'sent', 'version']) expect(report).not.toHaveProperty(name);
});

test('the report comes again when more was dropped, and says how much', () => {
  const used = testDevice({ config: { beforeSend: (event) => (event.kind === 'custom' ? null : event) } });
  const { device, clock } = used;
  device.launch();
  clock.advance(MINUTE_MS);
  device.monitor.track('dropped');
  device.monitor.track('dropped');
  device.hide();
  clock.advance(1_000);
  device.show();
  clock.advance(MINUTE_MS);
  device.hide();
  expect(reportsOf(used).map(({ dropped }) => dropped?.filtered)).toEqual([0, 2]);
});

test('the report says when another SDK stands in the way', () => {
  const used = testDevice();
  const { device } = used;
  device.launch();
  const ours = device.wx.scanCode as () => void;
  device.wx.scanCode = () => ours();
  expect(reportsOf(used).at(-1)?.hooks).toMatchObject({ scanCode: 'overwritten' });
});

test('the report fits what a server takes', () => {
  const used = testDevice({ config: { hookApis: Array.from({ length: 60 }, (_, i) => `notThereAtAll${i}`) } });
  used.device.launch();
  expect(reportsOf(used)).toHaveLength(1);
  expect(used.collector.ofKind('agent')[0]?.props.length).toBeLessThanOrEqual(2_048);
});

test('an agent that may report nothing reports nothing of itself', () => {
  const used = testDevice({ config: { consent: 'required' } });
  used.device.launch();
  used.device.monitor.setConsent(false);
  used.clock.advance(MINUTE_MS);
  used.device.hide();
  expect(reportsOf(used)).toEqual([]);
});

test('after consent was given late the session is reported on all the same', () => {
  const used = testDevice({ config: { consent: 'required' } });
  used.device.launch();
  used.device.monitor.setConsent(false);
  used.clock.advance(MINUTE_MS);
  used.device.monitor.setConsent(true);
  used.device.hide();
  expect(reportsOf(used)).toHaveLength(1);
});
