import type {
  EventRecord,
  Live,
  SessionDetail,
  SessionFailure,
  SessionList,
  SessionRecord,
  UserDetail,
} from '@minilens/wire/records';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Somebody whose openid is known. */
export const FAKE_OPENID = 'oFake0openid0000000000000001';
export const FAKE_USER = 'fakeuser00000003';

interface AskedRecords {
  section: 'live' | 'sessions' | 'users';
  id: string | undefined;
  query: URLSearchParams;
  isSilent: boolean;
  nowMs: number;
  momentOf: (text: string | null, dayLengthMs: number) => number;
}

/** Live, sessions and users; undefined for an id that nobody has. */
export function answerRecords({ section, id, query, isSilent, nowMs, momentOf }: AskedRecords) {
  if (section === 'live') return fakeLive(query, isSilent, nowMs);
  if (section === 'users') return id?.startsWith('fakeuser') ? fakeUser(id, nowMs) : undefined;
  if (id !== undefined) return /^fakesession\d{5}$/.test(id) ? fakeSession(id, nowMs) : undefined;
  const range = {
    from: momentOf(query.get('from'), 0),
    to: momentOf(query.get('to'), DAY_MS),
    timezone: 'Asia/Shanghai',
  };
  const having = query.get('having')?.split(',');
  const is = (asked: string, value: string) => query.get(asked) === null || query.get(asked) === value;
  const all = isSilent
    ? []
    : Array.from({ length: 420 }, (_, index) => sessionOf(index, Math.min(range.to, nowMs))).filter(
        ({ startAt, user, openid, ...counts }) =>
          startAt >= range.from &&
          is('user', user) &&
          is('openid', openid) &&
          (having?.some((failure) => counts[failure as SessionFailure] > 0) ?? true),
      );
  const offset = Number(query.get('offset') ?? 0);
  const items = all.slice(offset, offset + Number(query.get('limit') ?? 50));
  return { range, total: all.length, items } satisfies SessionList;
}

const PHONES = [
  { platform: 'ios', system: 'iOS 18.1', model: 'iPhone 15 Pro' },
  { platform: 'android', system: 'Android 15', model: 'HUAWEI MATE 60' },
  { platform: 'android', system: 'Android 13', model: 'Redmi Note 12' },
] as const;

const deviceOf = (index: number) => ({
  ...(PHONES[index % PHONES.length] ?? PHONES[0]),
  wechat: '8.0.54',
  sdk: '3.7.1',
  network: index % 3 ? '5g' : 'wifi',
  version: index % 4 ? '2.14.0' : '2.13.2',
  env: 'release',
});

const userOf = (index: number) => `fakeuser${String(index % 40).padStart(8, '0')}`;

function sessionOf(index: number, endMs: number): SessionRecord {
  const startAt = endMs - (index + 1) * 11 * MINUTE_MS;
  const user = userOf(index);
  return {
    session: `fakesession${String(index).padStart(5, '0')}`,
    user,
    openid: user === FAKE_USER ? FAKE_OPENID : '',
    startAt,
    lastAt: startAt + 20_000 + (index % 7) * 43_000,
    events: 9 + ((index * 7) % 60),
    pages: 1 + (index % 4),
    calls: (index * 5) % 23,
    failedCalls: index % 6 === 3 ? 2 : 0,
    requests: 2 + ((index * 3) % 17),
    failedRequests: index % 5 === 3 ? 1 : 0,
    errors: index % 9 === 3 ? 3 : 0,
    stayMs: 12_000 + (index % 7) * 31_000,
    scene: 1001,
    entry: index % 3 ? 'pages/index/index' : 'pages/product/detail',
    ...deviceOf(index),
  };
}

type Told = Partial<EventRecord> & Pick<EventRecord, 'kind'>;

/** A visit that goes wrong at the end. The numbers 9 and 10 are not there. */
const VISIT: readonly [n: number, afterMs: number, told: Told][] = [
  [1, 0, { kind: 'launch' }],
  [2, 4, { kind: 'app_show' }],
  [3, 30, { kind: 'performance', name: 'appLaunch', durationMs: 1_240, page: 'pages/index/index' }],
  [4, 310, { kind: 'page_show', page: 'pages/index/index' }],
  [5, 340, { kind: 'page_ready', page: 'pages/index/index', durationMs: 412 }],
  [6, 420, { kind: 'call', name: 'login', outcome: 'success', durationMs: 164, page: 'pages/index/index' }],
  [
    7,
    610,
    {
      kind: 'request',
      method: 'GET',
      host: 'api.shop.example',
      path: '/products',
      outcome: 'ok',
      status: 200,
      durationMs: 286,
      dnsMs: 12,
      connectMs: 48,
      tlsMs: 31,
      firstByteMs: 190,
      sentBytes: 420,
      receivedBytes: 18_244,
      page: 'pages/index/index',
    },
  ],
  [8, 8_300, { kind: 'page_hide', page: 'pages/index/index', stayMs: 7_990 }],
  [11, 8_350, { kind: 'page_show', page: 'pages/order/confirm' }],
  [12, 8_420, { kind: 'performance', name: 'route', durationMs: 131, page: 'pages/order/confirm' }],
  [
    13,
    9_100,
    {
      kind: 'request',
      method: 'POST',
      host: 'pay.shop.example',
      path: '/pay/prepare',
      outcome: 'http_error',
      status: 502,
      durationMs: 3_120,
      page: 'pages/order/confirm',
    },
  ],
  [
    14,
    12_400,
    {
      kind: 'call',
      name: 'requestPayment',
      outcome: 'fail',
      durationMs: 6_410,
      errMsg: 'requestPayment:fail jsapi has no permission, event=requestPayment',
      errCode: -1,
      args: '{"signType":"RSA"}',
      page: 'pages/order/confirm',
    },
  ],
  [
    15,
    18_830,
    {
      kind: 'error',
      name: 'TypeError',
      errMsg: "Cannot read property 'price' of undefined",
      count: 3,
      page: 'pages/order/confirm',
      stack:
        "TypeError: Cannot read property 'price' of undefined\n    at confirm (pages/order/confirm.js:42:17)\n    at Object.onTap (pages/order/confirm.js:88:5)",
      steps: ['-10480 page_show pages/order/confirm', '-6430 call requestPayment fail', '-12 tap confirm'],
    },
  ],
  [16, 21_000, { kind: 'custom', name: 'coupon_used', props: '{"coupon":"NEW10","amount":10}' }],
  [17, 62_500, { kind: 'app_hide' }],
];

const eventOf = (session: SessionRecord, n: number, at: number, told: Told): EventRecord => ({
  at,
  receivedAt: at + 900,
  user: session.user,
  session: session.session,
  n,
  ...deviceOf(Number(session.session.slice(-5))),
  ...told,
});

function fakeSession(id: string, nowMs: number): SessionDetail {
  const session = { ...sessionOf(Number(id.slice(-5)), nowMs), events: VISIT.length };
  return {
    session: { ...session, lastAt: session.startAt + 62_500 },
    missing: 2,
    events: VISIT.map(([n, afterMs, told]) => eventOf(session, n, session.startAt + afterMs, told)),
    more: false,
  };
}

const fakeUser = (user: string, nowMs: number): UserDetail => ({
  user,
  openids: user === FAKE_USER ? [FAKE_OPENID] : [],
  unionids: [],
  firstSessionAt: nowMs - 83 * DAY_MS,
  lastSessionAt: nowMs - 11 * MINUTE_MS,
  sessions: 11,
});

/** One event every two seconds; each comes back the same as long as it is in sight. */
const STEP_MS = 2_000;

function fakeLive(query: URLSearchParams, isSilent: boolean, nowMs: number): Live {
  const thisMinute = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const after = Number(query.get('after') ?? 0);
  const last = Math.floor(nowMs / STEP_MS);
  const items = Array.from({ length: isSilent ? 0 : Number(query.get('limit') ?? 50) }, (_, back) => {
    const tick = last - back;
    const [, , told] = VISIT[(tick * 7) % VISIT.length] ?? [1, 0, { kind: 'launch' }];
    const event = eventOf(sessionOf(tick % 37, nowMs), tick % 1_000_000, tick * STEP_MS - 900, told);
    return { ...event, receivedAt: tick * STEP_MS };
  }).filter(({ receivedAt, kind }) => receivedAt > after && (query.get('kind') === null || query.get('kind') === kind));
  return {
    now: nowMs,
    online: isSilent ? { sessions: 0, users: 0 } : { sessions: 41, users: 38 },
    minutes: Array.from({ length: 60 }, (_, index) => {
      const at = thisMinute - (59 - index) * MINUTE_MS;
      const wave = isSilent ? 0 : 1 + Math.sin(at / MINUTE_MS / 9);
      return {
        at,
        events: Math.round(220 * wave),
        sessions: Math.round(24 * wave),
        errors: Math.round(3 * wave) * ((at / MINUTE_MS) % 5 === 0 ? 1 : 0),
        failedCalls: Math.round(4 * wave),
      };
    }),
    items,
  };
}
