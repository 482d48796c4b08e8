import type { Envelope } from '@minilens/wire/envelope';

const PAGES = ['pages/index/index', 'pages/list/list', 'pages/detail/detail', 'pages/cart/cart', 'pages/pay/pay'];
const MODELS = ['iPhone 15', 'iPhone 13', 'HUAWEI Mate 60', 'Xiaomi 14', 'vivo X100', 'OPPO Find X7'];
const VERSIONS = ['1.0.0', '1.1.0', '1.2.0'];

/**
 * One session's batch of 20 events as an agent posts it: pages, calls and requests of an ordinary visit. Made directly,
 * not by an agent, for benches that need millions. Five of the events are calls.
 */
export function ordinaryBatch(app: { appid: string; key: string }, random: () => number, startAt: number): Envelope {
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  const id = () =>
    Math.floor(random() * 2 ** 52)
      .toString(36)
      .padStart(11, '0') +
    Math.floor(random() * 2 ** 25)
      .toString(36)
      .padStart(5, '0');
  const events: object[] = [{ n: 1, at: startAt, kind: 'launch' }];
  let at = startAt;
  while (events.length < 20) {
    const n = events.length + 1;
    at += Math.floor(200 + random() * 4_000);
    const page = pick(PAGES);
    switch (n % 4) {
      case 1:
        events.push({ n, at, kind: 'page_hide', page, view: n - 3, stayMs: Math.floor(random() * 20_000) });
        break;
      case 2:
        events.push({ n, at, kind: 'page_show', page });
        break;
      case 3:
        events.push({
          n,
          at,
          kind: 'request',
          method: 'GET',
          host: 'api.shop.example',
          path: '/products/:id',
          outcome: 'ok',
          status: 200,
          durationMs: Math.floor(40 + random() * 400),
          page,
          receivedBytes: Math.floor(random() * 9_000),
        });
        break;
      default: {
        const failed = random() < 0.05;
        events.push({
          n,
          at,
          kind: 'call',
          name: pick(['requestPayment', 'scanCode', 'previewImage']),
          outcome: failed ? 'fail' : 'success',
          durationMs: Math.floor(random() * 3_000),
          page,
          ...(failed && { errMsg: 'requestPayment:fail system error' }),
        });
      }
    }
  }
  return {
    v: 1,
    app: app.appid,
    key: app.key,
    agent: '0.1.0',
    sentAt: at,
    session: {
      id: id(),
      startAt,
      user: `user-${Math.floor(random() * 1_000_000)
        .toString(36)
        .padStart(6, '0')}`,
      scene: pick([1001, 1011, 1037, 1089]),
      entry: 'pages/index/index',
    },
    device: {
      platform: pick(['ios', 'android']),
      system: pick(['iOS 17.4', 'Android 14']),
      brand: 'maker',
      model: pick(MODELS),
      wechat: pick(['8.0.44', '8.0.49']),
      sdk: pick(['3.3.4', '3.4.2']),
      level: 1,
      network: pick(['wifi', '5g', '4g']),
      version: pick(VERSIONS),
      env: 'release',
    },
    events,
  };
}
