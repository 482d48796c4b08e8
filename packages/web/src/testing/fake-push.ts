import type { DeliveryOutcome, DeliveryReason } from '@minilens/wire/event';
import type { Delivery, PushMetric, PushReport } from '@minilens/wire/push-report';

const HOUR_MS = 3_600_000;

interface Range {
  from: number;
  to: number;
  timezone: string;
}
interface Kind {
  outcome: DeliveryOutcome;
  reason: DeliveryReason | '';
  /** Of all failures. */
  share: number;
  status: number | null;
  errMsg: string;
}

const KINDS: Kind[] = [
  {
    outcome: 'invalid_response',
    reason: 'not_swapped',
    share: 0.44,
    status: 200,
    errMsg: 'ToUserName of the answer is not FromUserName of the message. Swap the two.',
  },
  {
    outcome: 'request_timeout',
    reason: '',
    share: 0.31,
    status: null,
    errMsg: 'No complete answer within 5000 ms.',
  },
  { outcome: 'bad_status', reason: '', share: 0.12, status: 502, errMsg: 'HTTP status 502. Only 200 is taken.' },
  {
    outcome: 'invalid_response',
    reason: 'html',
    share: 0.07,
    status: 200,
    errMsg: 'The answer is an HTML page. Answer success, nothing, or a reply.',
  },
  { outcome: 'connect_failure', reason: 'refused', share: 0.04, status: null, errMsg: 'connect ECONNREFUSED' },
  { outcome: 'dns_timeout', reason: '', share: 0.02, status: null, errMsg: 'No address of the host within 5000 ms.' },
];
const COVERED: Kind = { outcome: 'ok', reason: 'covered', share: 0, status: null, errMsg: '' };

const MESSAGES = [
  { msgType: 'text', event: '', share: 0.46 },
  { msgType: 'event', event: 'user_enter_tempsession', share: 0.31 },
  { msgType: 'image', event: '', share: 0.11 },
  { msgType: 'event', event: 'subscribe_msg_popup_event', share: 0.08 },
  { msgType: '', event: '', share: 0.04 },
];
const HOSTS = [
  { host: 'api.corner-shop.example', share: 0.86 },
  { host: 'legacy.corner-shop.example:8443', share: 0.14 },
];

const numbers = (deliveries: number, failShare: number, slowness = 1): Record<PushMetric, number> => {
  const failed = Math.round(deliveries * failShare);
  return {
    callback_count: deliveries,
    fail_count: failed,
    total_time_cost: Math.round((deliveries - failed) * 64 * slowness + failed * 2_140),
    max_time_cost: failed > 0 ? 5_000 : Math.round(640 * slowness),
    deliveryP50Ms: Math.round(38 * slowness),
    deliveryP95Ms: Math.round(212 * slowness + failShare * 9_000),
    deliveryP99Ms: Math.min(5_000, Math.round(940 * slowness + failShare * 30_000)),
  };
};
const noNumbers: PushReport['summary'] = {
  callback_count: 0,
  fail_count: 0,
  total_time_cost: 0,
  max_time_cost: 0,
  deliveryP50Ms: null,
  deliveryP95Ms: null,
  deliveryP99Ms: null,
};

/** The night is silent, evenings are slow, and after a release two days ago answers were wrong for some hours. */
function point(at: number, grain: 'hour' | 'day', nowMs: number): PushReport['trend'][number] {
  if (at > nowMs) return { at, ...noNumbers };
  const daysAgo = (nowMs - at) / (24 * HOUR_MS);
  if (grain === 'day') {
    const isIncident = daysAgo > 1.4 && daysAgo < 2.4;
    return { at, ...numbers(Math.round(9_200 + 900 * Math.sin(at)), isIncident ? 0.041 : 0.006) };
  }
  const hour = (at / HOUR_MS + 8) % 24;
  const deliveries = hour < 5 ? 0 : Math.round(420 + 380 * Math.sin((hour - 9) / 3.2));
  if (deliveries <= 0) return { at, ...noNumbers };
  const isIncident = daysAgo > 1.6 && daysAgo < 1.8;
  return { at, ...numbers(deliveries, isIncident ? 0.24 : 0.006, hour > 19 && hour < 23 ? 2.8 : 1) };
}

export function pushReportOf(range: Range, isSilent: boolean, nowMs: number): PushReport {
  const grain = range.to - range.from > 3 * 24 * HOUR_MS ? 'day' : 'hour';
  const stepMs = grain === 'hour' ? HOUR_MS : 24 * HOUR_MS;
  const trend = Array.from({ length: Math.ceil((range.to - range.from) / stepMs) }, (_, step) => {
    const at = range.from + step * stepMs;
    return isSilent ? { at, ...noNumbers } : point(at, grain, nowMs);
  });
  const sum = (metric: PushMetric) => trend.reduce((all, { [metric]: value }) => all + (value ?? 0), 0);
  const deliveries = sum('callback_count');
  const failures = sum('fail_count');
  if (deliveries === 0) return { range, grain, summary: noNumbers, trend, kinds: [], messages: [], hosts: [] };

  const covered = Math.round(deliveries * 0.0021);
  const failed = KINDS.map(({ outcome, reason, share }) => ({
    outcome,
    reason,
    callback_count: Math.round(failures * share),
  })).filter(({ callback_count }) => callback_count > 0);
  return {
    range,
    grain,
    summary: {
      ...numbers(deliveries, 0),
      fail_count: failures,
      total_time_cost: sum('total_time_cost'),
      max_time_cost: Math.max(...trend.map(({ max_time_cost }) => max_time_cost)),
      deliveryP99Ms: 1_480,
    },
    trend,
    kinds: [
      { outcome: 'ok', reason: '', callback_count: deliveries - failures - covered },
      ...failed,
      { outcome: 'ok', reason: 'covered', callback_count: covered },
    ],
    messages: MESSAGES.map(({ share, ...message }) => ({
      ...message,
      ...numbers(Math.round(deliveries * share), (failures / deliveries) * (2 * share)),
    })),
    hosts: HOSTS.map(({ host, share }) => ({
      host,
      ...numbers(Math.round(deliveries * share), (failures / deliveries) * (1.5 - share), 2 - share),
    })),
  };
}

/** Index of the first message that is tried three times, so that its key differs from those of the others. */
const RETRIED = 900_000;
const keyOf = (message: number) => (0x3f2a9c00 + message).toString(16).padStart(8, '0').repeat(4);
/** A message with three attempts, among the newest. */
export const RETRIED_MESSAGE = keyOf(RETRIED);

/** The newest deliveries, the `index`-th of them a little less than a minute before the one before. */
export function deliveryOf(index: number, endMs: number): Delivery {
  // Of seven deliveries in a row, three are the attempts of one message that had no answer in time.
  const place = index % 7;
  const isRetried = place > 3;
  const kind = isRetried ? KINDS[1] : index % 5 === 2 ? KINDS[(index * 3) % KINDS.length] : undefined;
  const failed = kind ?? (index % 23 === 1 ? COVERED : undefined);
  const message = MESSAGES[(isRetried ? Math.floor(index / 7) : index) % MESSAGES.length] ?? MESSAGES[0];
  const isNew = index % 4 === 0;
  const quick = 22 + ((index * 37) % 190);
  const durationMs =
    failed?.reason === 'covered'
      ? 4_800
      : failed?.outcome.endsWith('_timeout')
        ? 5_000
        : failed?.reason === 'refused'
          ? 2
          : quick;
  const hasAnswer = failed === undefined || failed.status !== null;
  return {
    at: endMs - 52_000 * (index + 1) + (isRetried ? place * 40_000 : 0),
    delivery: `d${index.toString(36).padStart(15, '0')}`,
    messageKey: keyOf(isRetried ? RETRIED + Math.floor(index / 7) : index),
    attempt: isRetried ? 7 - place : 1,
    attempts: isRetried ? 3 : 1,
    msgType: message?.msgType ?? '',
    event: message?.event ?? '',
    host: (index % 9 === 8 ? HOSTS[1] : HOSTS[0])?.host ?? '',
    outcome: failed?.outcome ?? 'ok',
    reason: failed?.reason ?? '',
    errMsg: failed?.errMsg ?? '',
    durationMs,
    dnsMs: isNew && durationMs > 20 && failed?.outcome !== 'dns_timeout' ? 4 : null,
    connectMs: isNew && durationMs > 20 && failed?.outcome !== 'dns_timeout' ? 13 : null,
    firstByteMs: hasAnswer && durationMs < 5_000 ? Math.max(1, durationMs - 6) : null,
    status: hasAnswer ? (failed?.status ?? 200) : null,
    receivedBytes: hasAnswer ? (failed?.reason === 'not_swapped' ? 318 : 7) : null,
    content:
      failed?.reason === 'not_swapped'
        ? '<xml><ToUserName>gh_9…</ToUserName><FromUserName>oA7k…</FromUserName><CreateTime>1795881600</CreateTime><MsgType>text</MsgType><Content>Where is order ****?</Content><MsgId>****</MsgId></xml>\n\n<xml><ToUserName>gh_9…</ToUserName><FromUserName>oA7k…</FromUserName><CreateTime>1795881600</CreateTime><MsgType>text</MsgType><Content>On its way.</Content></xml>'
        : '',
  };
}
