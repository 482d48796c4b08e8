import type { Answers } from '@minilens/wire/questions';
import type { EventList, EventRecord, IssueState, IssueStateBody, IssueStates } from '@minilens/wire/records';
import type { Range } from '@minilens/wire/report-api';

const SINGLE_EVENTS = 137;
const REQUEST_OUTCOMES = ['http_error', 'ok', 'network_error', 'ok', 'abort'] as const;
const DEVICES = [
  { platform: 'ios', system: 'iOS 18.1', model: 'iPhone 15', network: 'wifi' },
  { platform: 'android', system: 'Android 15', model: 'HUAWEI MATE 60', network: '5g' },
];
const STACK = `TypeError: Cannot read property 'price' of undefined
    at confirm (https://usr/pages/order/confirm.js:118:27)
    at sum (https://usr/utils/cart.js:42:9)
    at Object.onTap (https://usr/pages/order/confirm.js:64:12)`;

/** Single requests or errors, as they are asked for. */
export function fakeEvents(query: URLSearchParams, range: Range, nowMs: number): EventList {
  const kind = query.get('kind') === 'error' ? 'error' : 'request';
  const outcomes = query.get('outcome')?.split(',');
  const all = Array.from({ length: SINGLE_EVENTS }, (_, index) =>
    eventOf(kind, index, Math.min(range.to, nowMs), query),
  ).filter(({ outcome }) => outcomes === undefined || outcomes.includes(outcome ?? ''));
  if (query.get('sort') === 'durationMs') all.sort((a, b) => (b.durationMs ?? 0) - (a.durationMs ?? 0));
  const [limit, offset] = [Number(query.get('limit') ?? 50), Number(query.get('offset') ?? 0)];
  return { range, total: all.length, items: all.slice(offset, offset + limit) };
}

function eventOf(kind: 'request' | 'error', index: number, endMs: number, query: URLSearchParams): EventRecord {
  const at = endMs - 41_000 * (index + 1);
  const common = {
    ...{ at, receivedAt: at + 2_000, user: `u${index % 9}`, session: `s${index % 40}`, n: index + 2, kind },
    ...{ page: 'pages/order/confirm', wechat: '8.0.54', sdk: '3.7.1', version: '2.14.0', env: 'release' },
    ...(DEVICES[index % DEVICES.length] as (typeof DEVICES)[number]),
  };
  if (kind === 'error')
    return {
      ...common,
      name: 'TypeError',
      errMsg: "Cannot read property 'price' of undefined",
      ...(index % 3 !== 1 && { stack: STACK }),
      ...(index % 4 !== 2 && {
        steps: [
          '-8200 page_show pages/cart/cart',
          '-1240 page_show pages/order/confirm',
          '-310 request GET api.shop.example /orders/:id http_error 500 pages/order/confirm',
          '-12 call requestPayment fail requestPayment:fail system error pages/order/confirm',
        ],
      }),
    };
  const outcome = REQUEST_OUTCOMES[index % REQUEST_OUTCOMES.length] ?? 'ok';
  return {
    ...common,
    outcome,
    ...{ method: query.get('method') ?? 'GET', host: query.get('host') ?? '', path: query.get('path') ?? '' },
    durationMs: 80 + ((index * 337) % 4_900),
    ...(outcome === 'http_error' && { status: 502 }),
    ...(outcome === 'ok' && { status: 200, receivedBytes: 1_840 + index }),
    ...(outcome === 'network_error' && { errMsg: 'request:fail timeout' }),
  };
}

/** One issue is resolved and one ignored; whatever is said is answered and not kept. */
export const fakeIssueStates = (nowMs: number): IssueStates => ({
  items: [
    saidOf('1be04d77', { state: 'resolved', version: '2.13.2' }, nowMs - 86_400_000),
    saidOf('c0ffee42', { state: 'ignored' }, nowMs - 3_600_000),
  ],
});

export const saidOf = (issue: string, { state, version = '' }: IssueStateBody, changedAt: number): IssueState => ({
  ...{ issue, state, version, changedAt, changedBy: 'lin' },
});

/** The same answers of a time in which nothing happened: no rows where it is split, else nothing to count or to rate. */
export const withoutAnything = ({ answers }: Answers): Answers => ({
  answers: Object.fromEntries(
    Object.entries(answers).map(([name, { range, rows }]) => {
      const isSplit = Object.values(rows[0] ?? {}).some((value) => typeof value === 'string');
      const zeros = rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([key, value]) => [key, /^(hour|day)$/.test(key) ? value : 0])),
      );
      return [name, { range, rows: isSplit ? [] : zeros, total: isSplit ? 0 : zeros.length }];
    }),
  ),
});
