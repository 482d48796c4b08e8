import type { MonitorConfig } from '@minilens/agent/monitor';
import { type CallAnswer, createDevice } from '@minilens/simulator/device';
import { createMemoryCollector } from '@minilens/simulator/memory-collector';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { createVirtualClock } from '@minilens/simulator/virtual-clock';
import type { Envelope } from '@minilens/wire/envelope';

/** The version in which payment is broken, and what its users are told. */
export const BROKEN = { version: '1.5.0', errMsg: 'requestPayment:fail jsapi has no permission' };
const SOUND_VERSION = '1.4.0';

const WATCHED = ['requestPayment', 'scanCode', 'previewImage', 'login', 'chooseAddress'];
const HOME = 'pages/index/index';
const PAGES = [HOME, 'pages/menu/menu', 'pages/tea/tea', 'pages/pay/pay'];
const PHONES = 45;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** No visit is longer. */
const VISIT_MS = 8 * MINUTE_MS;

/** As the platform writes it: the text that `App.onError` is given. */
const CRASHES = [
  "MiniProgramError\nCannot read property 'price' of undefined\nTypeError: Cannot read property 'price' of undefined\n    at total (https://usr/pages/pay/pay.js:12:9)",
  'MiniProgramError\nno such tea\nError: no such tea',
];

interface Days {
  agentCode: string;
  config: MonitorConfig;
  from: number;
  /** Nothing happens after it. */
  until: number;
  /** When the first phones get the broken version. */
  releaseAt: number;
}

/** What the agents of a tea house's guests send through some days, in its order. The same days give the same. */
export const teaHouseDays = (days: Days): Envelope[] =>
  Array.from({ length: PHONES }, (_, phone) => useOnePhone(days, phone))
    .flat()
    .sort((a, b) => a.sentAt - b.sentAt);

function useOnePhone({ agentCode, config, from, until, releaseAt }: Days, phone: number): Envelope[] {
  const random = createSeededRandom(1_000 + phone);
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const between = (least: number, most: number) => Math.floor(least + random() * (most - least));
  const happens = (chance: number) => random() < chance;

  const clock = createVirtualClock(from + between(0, 36 * HOUR_MS));
  const collector = createMemoryCollector();
  const openid = `o-guest-${phone}`;
  const upgradesAt = releaseAt + between(0, 24 * HOUR_MS);
  const platform = pick(['ios', 'android']);
  const facts = {
    platform,
    system: platform === 'ios' ? 'iOS 18.6' : 'Android 15',
    model: pick(['Acme A1', 'Acme B2']),
    level: between(1, 4),
    version: '',
    network: '',
  };
  const memory = { usedJSHeapSize: 0 };
  let hear: ((list: object) => void) | undefined;
  let warn: ((warning: object) => void) | undefined;

  const device = createDevice({
    ...{ agentCode, clock, random, facts },
    config: { ...config, hookApis: WATCHED },
    apis: WATCHED,
    onRequest(body) {
      const receipt = collector.onRequest(body);
      // Some receipts are lost on the way, and the agent sends the batch again.
      return happens(0.05) ? undefined : receipt;
    },
    onCall: (_name, options) => (options as { ending?: CallAnswer } | undefined)?.ending,
    globals: { performance: { memory } },
    prepareWx: (wx) =>
      Object.assign(wx, {
        getPerformance: () => ({
          createObserver(heard: typeof hear) {
            hear = heard;
            return { observe() {} };
          },
        }),
        onMemoryWarning: (heard: typeof warn) => {
          warn = heard;
        },
      }),
  });
  const measure = (...entries: object[]) => hear?.({ getEntries: () => entries });

  function open(page: string) {
    memory.usedJSHeapSize = between(20e6, 60e6);
    device.redirectTo(page);
    measure({ name: 'route', entryType: 'navigation', path: page, duration: between(40, 700) });
  }

  function ask(url: string, method = 'GET') {
    const task = device.request(url, { method, ending: answerOf() }) as { abort(): void };
    if (happens(0.04)) task.abort();
  }

  function answerOf(): CallAnswer {
    const afterMs = between(30, 900);
    if (happens(0.06)) return { fail: { errMsg: 'request:fail timeout' }, afterMs: 10_000 };
    return {
      success: {
        statusCode: happens(0.1) ? pick([404, 502]) : 200,
        data: {},
        header: { 'Content-Length': String(between(100, 90_000)) },
        ...(happens(0.7) && { profile: profileOf(afterMs) }),
      },
      afterMs,
    };
  }

  /** Where the time goes, as WeChat measures it. */
  const profileOf = (afterMs: number) => {
    const step = afterMs / 10;
    return {
      ...{ domainLookUpStart: 1_000, domainLookUpEnd: 1_000 + step },
      ...{ connectStart: 1_000 + step, connectEnd: 1_000 + 4 * step },
      ...{ SSLconnectionStart: 1_000 + 2 * step, SSLconnectionEnd: 1_000 + 4 * step },
      ...{ requestStart: 1_000 + 4 * step, responseStart: 1_000 + 9 * step },
      ...{ sendBytesCount: between(200, 900), receivedBytedCount: between(100, 90_000) },
    };
  };

  function call(name: string) {
    device.call(name, { ending: endingOf(name) });
  }

  function endingOf(name: string): CallAnswer {
    const afterMs = between(50, 6_000);
    if (name === 'requestPayment' && facts.version === BROKEN.version && happens(0.9))
      return { fail: { errMsg: BROKEN.errMsg }, afterMs };
    if (happens(0.15)) return { fail: { errMsg: `${name}:fail cancel` }, afterMs };
    if (happens(0.04)) return { fail: { errMsg: `${name}:fail system error`, errCode: 4 }, afterMs };
    if (happens(0.02)) return { never: true };
    return { success: {}, afterMs };
  }

  const happenings = [
    () => open(pick(PAGES)),
    () => open(pick(PAGES)),
    () => ask(`https://api.tea.example/teas/${between(1e5, 1e6)}`),
    () => ask('https://api.tea.example/orders', 'POST'),
    () => ask(`https://cdn.tea.example/photos/${between(1e5, 1e6)}`),
    () => call(pick(['scanCode', 'previewImage', 'chooseAddress'])),
    () => call('requestPayment'),
    () => happens(0.5) && device.tellPage('onShareAppMessage', { from: 'menu' }),
    () => happens(0.3) && device.tellApp('onError', pick(CRASHES)),
    () => happens(0.2) && warn?.({ level: 10 }),
  ];

  function visit() {
    facts.version = clock.now() < upgradesAt ? SOUND_VERSION : BROKEN.version;
    facts.network = pick(['wifi', '4g', '5g']);
    memory.usedJSHeapSize = between(20e6, 60e6);
    const path = pick([HOME, HOME, 'pages/menu/menu']);
    device.launch({ path, scene: pick([1001, 1007, 1011, 1089]) });
    measure(
      { name: 'appLaunch', entryType: 'navigation', path, duration: between(400, 3_500) },
      { name: 'evaluateScript', entryType: 'script', moduleName: '__APP__', duration: between(20, 300) },
      { name: 'firstRender', entryType: 'render', path, duration: between(30, 600) },
    );
    if (happens(0.5)) measure({ name: 'downloadPackage', entryType: 'loadPackage', duration: between(90, 1_500) });
    if (happens(0.7)) device.monitor.setUser({ openid });
    call('login');
    for (let left = between(2, 14); left > 0; left--) {
      clock.advance(between(500, 30_000));
      pick(happenings)();
    }
    clock.advance(between(500, 30_000));
    device.hide();
    clock.advance(MINUTE_MS);
    device.kill();
  }

  while (clock.now() < until - VISIT_MS) {
    visit();
    clock.advance(between(HOUR_MS, 3.5 * 24 * HOUR_MS));
  }
  return collector.envelopes;
}
