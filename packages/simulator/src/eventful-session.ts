import type { Device, Envelope } from '@minilens/wire/envelope';
import type { Event } from '@minilens/wire/event';

/** An event before it has its place and its moment. */
type Happening = Record<string, unknown> & { kind: Event['kind'] };

const PAGES = ['pages/index/index', 'pages/list/list', 'pages/detail/detail'];
const MINUTE_MS = 60_000;

/**
 * A session with every kind of event in it and few different words, so that whatever can be grouped meets its like, as
 * the batches an agent would post. Some last for hours, and network and version may change between two batches. Made
 * directly, not by an agent: for tests of numbers, which need much of what is rare.
 */
export function eventfulSession(
  app: { appid: string; key: string },
  random: () => number,
  startAt: number,
): Envelope[] {
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const upTo = (limit: number) => Math.floor(random() * limit);
  const maybe = <T extends object>(facts: T) => (random() < 0.5 ? facts : {});
  const digits = () => String(upTo(1e6));
  const hex = () => `${upTo(2 ** 30).toString(16)}a7`.padStart(10, '0');

  const happenings: ((n: number) => Happening)[] = [
    () => ({ kind: 'app_show', scene: pick([1001, 1007]), ...maybe({ referrer: 'wx00000000000000bb' }) }),
    () => ({ kind: 'app_hide' }),
    () => ({ kind: 'page_show', page: pick(PAGES) }),
    () => ({ kind: 'page_show', page: pick(PAGES) }),
    (n) => ({ kind: 'page_hide', page: pick(PAGES), view: 1 + upTo(n), stayMs: upTo(90_000) }),
    () => ({ kind: 'page_ready', page: pick(PAGES), durationMs: upTo(2_000) }),
    () => ({ kind: 'share', page: pick(PAGES), source: pick(['button', 'menu']) }),
    () => ({
      kind: 'call',
      name: pick(['requestPayment', 'scanCode', 'previewImage']),
      outcome: pick(['success', 'success', 'fail', 'cancel', 'unknown']),
      ...maybe({ durationMs: upTo(3_000) }),
    }),
    () => ({
      kind: 'request',
      ...maybe({ name: pick(['uploadFile', 'downloadFile', 'connectSocket']) }),
      method: pick(['GET', 'POST']),
      host: pick(['api.shop.example', 'cdn.shop.example']),
      path: pick(['/orders/:id', '/products']),
      outcome: pick(['ok', 'ok', 'ok', 'http_error', 'network_error', 'abort']),
      ...maybe({ durationMs: upTo(5_000), businessFailed: random() < 0.5 }),
      ...maybe({ sentBytes: upTo(9_000), receivedBytes: upTo(90_000) }),
      ...maybe({ dnsMs: upTo(50), connectMs: upTo(200), tlsMs: upTo(100), firstByteMs: upTo(900) }),
    }),
    () => ({
      kind: 'performance',
      name: pick(['appLaunch', 'downloadPackage', 'evaluateScript', 'firstRender', 'route', 'setData']),
      ...(random() < 0.9 && { durationMs: upTo(4_000) }),
    }),
    () => ({ kind: 'performance', name: 'memory', ...(random() < 0.9 && { value: random() * 4e8 }) }),
    () => ({ kind: 'performance', name: 'memoryWarning', value: pick([5, 10, 15]) }),
    () => ({
      kind: 'error',
      source: pick(['app', 'promise', 'captured']),
      name: pick(['TypeError', 'RangeError', '']),
      errMsg: pick([`order ${digits()} of ${hex()} is gone`, `took 1.${digits()} s`, '商品 is undefined', '']),
      ...maybe({ count: 1 + upTo(20) }),
      ...maybe({ stack: pick(stacks(1 + upTo(900))) }),
    }),
    () => ({ kind: 'custom', name: 'add to cart', ...maybe({ props: '{"sku":7}' }) }),
    () => ({ kind: 'user', openid: 'o-1' }),
    () => ({ kind: 'agent', props: '{"state":"on"}' }),
  ];

  const session = {
    id: `${hex()}${hex()}`,
    startAt,
    user: `user-${String(upTo(40)).padStart(4, '0')}`,
    scene: pick([1001, 1011]),
    entry: PAGES[0] as string,
  };
  const fixed: Device = {
    ...{ platform: pick(['ios', 'android', 'windows']), level: 1 + upTo(3), env: pick(['release', 'trial']) },
    ...maybe({ model: pick(['iPhone 15', 'Mate 60']), wechat: pick(['8.0.44', '8.0.49']) }),
  };
  const agent = pick(['0.1.0', '0.2.0']);
  const stepMs = pick([MINUTE_MS, MINUTE_MS, 20 * MINUTE_MS]);
  let at = startAt;
  let n = 0;
  return Array.from({ length: 1 + upTo(3) }, () => {
    const events = Array.from({ length: 1 + upTo(12) }, () => {
      n++;
      at += upTo(stepMs);
      return { n, at, ...(n === 1 && random() < 0.7 ? { kind: 'launch' } : pick(happenings)(n)) };
    });
    return {
      v: 1,
      app: app.appid,
      key: app.key,
      agent,
      sentAt: at,
      session,
      device: { ...fixed, network: pick(['wifi', '4g']), version: pick(['', '1.0.0', '1.1.0']) },
      events,
    } satisfies Envelope;
  });
}

/** The same error as different engines tell it, at a line that every build moves. */
const stacks = (line: number) => [
  `TypeError: no\n    at Page.onLoad (https://usr/pages/pay/pay.js:${line}:7)\n    at https://lib/WAServiceMainContext.js:2:9`,
  `TypeError: no\n    at Array.forEach (<anonymous>)\n    at https://lib/WAServiceMainContext.js:${line}:9\n    at async pay (https://usr/app-service.js:1:${line})`,
  `onLoad@https://usr/pages/pay/pay.js:${line}:7\nglobal code@https://usr/app-service.js:1:1`,
  `at https://lib/WASubContext.js:${line}:9`,
];
