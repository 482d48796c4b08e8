import type { DeliveryOutcome } from '@minilens/wire/event';
import type { SentDelivery } from './push-sender.js';

/** Failures of one kind within this are one alarm. Unit: ms. */
const WINDOW_MS = 300_000;

/** The platform answers for both with one alarm. */
const CONTENTS: { [outcome in Exclude<DeliveryOutcome, 'ok'> | 'mark_fail']: string } = {
  dns_failure: '微信服务器推送消息时，解析DNS失败',
  dns_timeout: '微信服务器推送消息时，解析DNS超时，超时时间为5秒',
  connect_failure: '微信服务器推送消息时，无法与开发者服务器建立连接',
  connect_timeout: '微信服务器推送消息时，与开发者服务器连接超时，超时时间为5秒',
  request_timeout: '微信服务器推送消息后，开发者服务器在5秒内没有回应',
  bad_status: '微信服务器推送消息后，得到的回应不合法',
  invalid_response: '微信服务器推送消息后，得到的回应不合法',
  mark_fail: '微信服务器推送消息多次失败，暂停推送，1分钟后恢复',
};

export interface Alarmed {
  appid: string;
  nickname: string;
  /** To where it was pushed. */
  url: string;
}

/**
 * What the platform tells its alarm group of the deliveries that failed: one text for each kind and five minutes,
 * with the first failure as its sample.
 *
 * @param pausedAt Moments at which pushing was suspended. Unit: ms since the Unix epoch.
 */
export function pushAlarms(
  alarmed: Alarmed,
  deliveries: readonly SentDelivery[],
  pausedAt: readonly number[],
): string[] {
  const failures = deliveries.flatMap(({ outcome, ...delivery }) =>
    outcome === 'ok' ? [] : [{ content: CONTENTS[outcome], at: delivery.at, sample: sampleOf(alarmed.url, delivery) }],
  );
  const pauses = pausedAt.map((at) => ({ content: CONTENTS.mark_fail, at, sample: `[3rdUrl=${alarmed.url}]` }));
  const alarms = new Map<string, { first: (typeof failures)[number]; count: number }>();
  for (const first of [...failures, ...pauses].sort((a, b) => a.at - b.at)) {
    const key = `${Math.floor(first.at / WINDOW_MS)} ${first.content}`;
    const alarm = alarms.get(key) ?? { first, count: 0 };
    alarms.set(key, alarm);
    alarm.count += 1;
  }
  return [...alarms.values()].map(({ first, count }) =>
    [
      `Appid: ${alarmed.appid}`,
      `昵称: ${alarmed.nickname}`,
      `时间: ${chinaTime(first.at)}`,
      `内容: ${first.content}`,
      `次数: 5分钟 ${count}次`,
      `错误样例: ${first.sample}`,
    ].join('\n'),
  );
}

const sampleOf = (url: string, { message, at, from, to, response }: Omit<SentDelivery, 'outcome'>) =>
  Object.entries({
    OpenID: message.FromUserName ?? '',
    Stamp: Math.floor(at / 1000),
    OuterIP: from,
    '3rdUrl': url,
    IP: to,
    Event: message.Event ?? message.InfoType ?? '',
    response_length: response?.bytes ?? 0,
    response_content: response?.start ?? '',
  })
    .map(([name, value]) => `[${name}=${String(value)}]`)
    .join('');

/** yyyy-MM-dd HH:mm:ss in China, which is eight hours ahead all the year. */
const chinaTime = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
