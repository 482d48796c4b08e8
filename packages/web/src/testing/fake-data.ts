import type { Outcome } from '@minilens/wire/event';
import type { CallRecord } from '@minilens/wire/records';
import type { InterfaceDetail, InterfaceRow, TrendPoint } from '@minilens/wire/report-api';

const HOUR_MS = 3_600_000;

interface Kind {
  name: string;
  callsPerHour: number;
  failShare: number;
  cancelShare: number;
  medianMs: number;
}

const KINDS: Kind[] = [
  { name: 'requestPayment', callsPerHour: 212, failShare: 0.031, cancelShare: 0.118, medianMs: 6410 },
  { name: 'scanCode', callsPerHour: 1480, failShare: 0.0042, cancelShare: 0.21, medianMs: 3120 },
  { name: 'previewImage', callsPerHour: 9640, failShare: 0, cancelShare: 0, medianMs: 88 },
  { name: 'chooseMedia', callsPerHour: 96, failShare: 0.012, cancelShare: 0.3, medianMs: 5210 },
  { name: 'getLocation', callsPerHour: 640, failShare: 0.093, cancelShare: 0.01, medianMs: 742 },
  { name: 'login', callsPerHour: 4210, failShare: 0.000004, cancelShare: 0, medianMs: 164 },
  { name: 'cloud.callFunction', callsPerHour: 3024, failShare: 0.0071, cancelShare: 0, medianMs: 238 },
  { name: 'openBluetoothAdapter', callsPerHour: 3, failShare: 0.61, cancelShare: 0, medianMs: 51 },
];

export const kindNamed = (name: string) => KINDS.find((kind) => kind.name === name);
export const allKinds = () => KINDS;

const counts = (kind: Kind, hours: number, incident = 0) => {
  const calls = Math.round(kind.callsPerHour * hours);
  const errors = Math.min(calls, Math.round(calls * (kind.failShare + incident)));
  const cancel = Math.min(calls - errors, Math.round(calls * kind.cancelShare));
  const unknown = Math.min(calls - errors - cancel, Math.round(calls * 0.002));
  const success = calls - errors - cancel - unknown;
  return { calls, success, errors, cancel, unknown, successRate: rate(success, success + errors + cancel) };
};

const rate = (part: number, whole: number) => (whole === 0 ? null : Math.round((1e6 * part) / whole) / 1e4);

export function rowOf(kind: Kind, hours: number, incident = 0): InterfaceRow {
  const { errors, success, ...rest } = counts(kind, hours, incident);
  return {
    name: kind.name,
    ...rest,
    success,
    errors,
    successRateWithoutCancels: rate(success, success + errors),
    affectedUsers: Math.ceil(errors * 0.8),
    failedUsers: Math.ceil(errors * 0.3),
    durationP50Ms: kind.medianMs,
    durationP75Ms: Math.round(kind.medianMs * 1.6),
    durationP95Ms: Math.round(kind.medianMs * 3.4),
    durationP99Ms: Math.round(kind.medianMs * 7.1),
  };
}

/** A day has a rhythm, the night has hours without a call, and two days ago payment failed for some hours. */
export function trendOf(
  kind: Kind,
  range: { from: number; to: number },
  grain: 'hour' | 'day',
  nowMs: number,
): TrendPoint[] {
  const stepMs = grain === 'hour' ? HOUR_MS : 24 * HOUR_MS;
  const points: TrendPoint[] = [];
  for (let at = range.from; at < range.to; at += stepMs) {
    const hourOfDay = (at / HOUR_MS + 8) % 24;
    const share =
      grain === 'day' ? 24 * (0.8 + 0.2 * Math.sin(at)) : hourOfDay < 5 ? 0 : 1 + Math.sin((hourOfDay - 8) / 3);
    const daysAgo = (nowMs - at) / (24 * HOUR_MS);
    const isIncident = daysAgo > 1.6 && daysAgo < (grain === 'day' ? 2.6 : 1.9);
    points.push({ at, ...counts(kind, at > nowMs ? 0 : share, isIncident ? 0.22 : 0) });
  }
  return points;
}

export const versionsOf = (kind: Kind, hours: number): InterfaceDetail['versions'] =>
  [
    ['2.14.0', 0.7, 0.02],
    ['2.13.2', 0.24, 0],
    ['', 0.04, 0.1],
    ['2.12.9', 0.02, 0],
  ].map(([version, share, incident]) => {
    const { name, ...metrics } = rowOf(kind, hours * Number(share), Number(incident));
    return { version: String(version), ...metrics };
  });

export function messagesOf(
  kind: Kind,
  range: { from: number; to: number },
  nowMs: number,
): InterfaceDetail['messages'] {
  const { errors, cancel, unknown } = counts(kind, (range.to - range.from) / HOUR_MS);
  const lastAt = Math.min(nowMs, range.to) - 74_000;
  const message = (errMsg: string, outcome: Outcome, calls: number, spanMs: number) => ({
    errMsg,
    outcome,
    calls,
    users: Math.ceil(calls * 0.7),
    firstAt: Math.max(range.from, lastAt - spanMs),
    lastAt,
  });
  return [
    message(`${kind.name}:fail cancel`, 'cancel', cancel, 160 * HOUR_MS),
    message(`${kind.name}:fail system error`, 'fail', Math.ceil(errors * 0.7), 46 * HOUR_MS),
    message(
      `${kind.name}:fail jsapi has no permission, event=${kind.name}, runningState=background, permissionMsg=permission got, detail=jsapi has no permission`,
      'fail',
      Math.floor(errors * 0.3),
      3 * HOUR_MS,
    ),
    message('', 'unknown', unknown, 90 * HOUR_MS),
  ]
    .filter(({ calls }) => calls > 0)
    .sort((a, b) => b.calls - a.calls);
}

const OUTCOMES: Outcome[] = ['success', 'success', 'cancel', 'success', 'fail', 'success', 'unknown'];
const PHONES = [
  { platform: 'ios', system: 'iOS 18.1', model: 'iPhone 15 Pro' },
  { platform: 'android', system: 'Android 15', model: 'HUAWEI MATE 60' },
  { platform: 'android', system: 'Android 13', model: 'Redmi Note 12' },
];

/** The newest calls, the `index`-th of them a little more than a minute before the one before. */
export function recordOf(kind: Kind, index: number, endMs: number): CallRecord {
  const outcome = OUTCOMES[index % OUTCOMES.length] ?? 'success';
  const phone = PHONES[index % PHONES.length] ?? { platform: '', system: '', model: '' };
  const user = ((index * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, '0').repeat(2).slice(0, 16);
  return {
    at: endMs - 74_000 * (index + 1),
    user,
    session: `${user}s`,
    n: 3 + (index % 40),
    outcome,
    durationMs: outcome === 'unknown' ? null : Math.round(kind.medianMs * (0.5 + ((index * 37) % 100) / 50)),
    errMsg:
      outcome === 'fail' ? `${kind.name}:fail system error` : outcome === 'cancel' ? `${kind.name}:fail cancel` : '',
    errCode: outcome === 'fail' ? -1 : null,
    page: index % 2 ? 'pages/order/confirm' : 'pages/product/detail',
    ip: index % 5 === 4 ? '2408:8400:1c40:9a3e:28d1:6f0b:77e2:1d05' : `203.0.113.${index % 250}`,
    ...phone,
    wechat: '8.0.54',
    sdk: '3.7.1',
    network: index % 3 ? '5g' : 'wifi',
    version: index % 4 ? '2.14.0' : '2.13.2',
  };
}
