import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { PushFields } from '@minilens/wechat/push/document';
import type { AnswerFault } from '@minilens/wechat/push/judge-answer';
import { messageKey } from '@minilens/wechat/push/message';
import { afterEach, expect, test } from 'vitest';
import { pushAlarms } from './push-alarm.js';
import { deadPushUrl, type PushBackEnd, type PushBehaviour, startPushBackEnd } from './push-back-ends.js';
import { countHours } from './push-counts.js';
import { createPushMessages } from './push-messages.js';
import { createPushSender, type PushSenderOptions } from './push-sender.js';
import { createSeededRandom } from './seeded-random.js';

const NOW = Date.UTC(2026, 10, 22, 4, 30);
const keys = { token: 'AAAAA', encodingAesKey: 'A'.repeat(43), appid: 'wxba5fad812f8e6fb9' };
/** Long enough for every answer of this machine that is not meant to be late. Unit: ms */
const PATIENT_MS = 10_000;
const HASTY_MS = 150;

let backEnds: PushBackEnd[] = [];
afterEach(async () => {
  await Promise.all(backEnds.map((backEnd) => backEnd.close()));
  backEnds = [];
});

async function backEnd(
  behave: (count: number) => PushBehaviour,
  { format = 'xml' }: Partial<PushSenderOptions> = {},
): Promise<PushBackEnd> {
  const started = await startPushBackEnd({
    keys,
    format,
    behave: (_push, count) => behave(count),
    now: () => NOW,
    lateMs: 60_000,
  });
  backEnds.push(started);
  return started;
}

const senderTo = (url: string, options: Partial<PushSenderOptions> = {}) =>
  createPushSender({
    url,
    keys,
    mode: 'plain',
    format: 'xml',
    random: createSeededRandom(1),
    now: () => NOW,
    timeoutMs: PATIENT_MS,
    ...options,
  });

const text: PushFields = {
  ToUserName: 'gh_97417a04a28d',
  FromUserName: 'openid',
  CreateTime: NOW / 1000,
  MsgType: 'text',
  Content: 'hello',
  MsgId: '7234567890123456789',
};

test('it verifies a URL as the console does', async () => {
  const { url } = await backEnd(() => 'success');
  expect(await senderTo(`${url}?shop=1`).verify()).toBe(true);
  expect(await senderTo(url, { keys: { ...keys, token: 'BBBBB' } }).verify()).toBe(false);
  expect(await senderTo(await deadPushUrl()).verify()).toBe(false);
});

test.each(
  (['plain', 'compatible', 'safe'] as const).flatMap((mode) =>
    (['xml', 'json'] as const).map((format) => [mode, format] as const),
  ),
)('in %s mode messages of every type arrive as %s, and right answers are taken', async (mode, format) => {
  const right = ['success', 'empty', 'reply'] as const;
  const { url, pushes } = await backEnd((count) => right[count % 3] as PushBehaviour, { format });
  const next = createPushMessages({ account: 'gh_97417a04a28d' }, createSeededRandom(7));
  const messages = Array.from({ length: 60 }, () => next(NOW / 1000));
  const sender = senderTo(url, { mode, format });
  for (const message of messages) await sender.push(message);
  expect(sender.deliveries.map(({ outcome }) => outcome)).toEqual(messages.map(() => 'ok'));
  expect(pushes.map(({ fields }) => messageKey(fields))).toEqual(messages.map(messageKey));
  expect(pushes.every((push) => push.mode === mode && push.format === format)).toBe(true);
  expect(new Set(pushes.map(({ message }) => message.kind)).size).toBe(9);
});

test.each<[PushBehaviour, string, Partial<PushSenderOptions>]>([
  ['late', 'request_timeout', { timeoutMs: HASTY_MS }],
  ['silent', 'request_timeout', { timeoutMs: HASTY_MS }],
  ['stalled', 'request_timeout', { timeoutMs: HASTY_MS }],
  ['reset', 'connect_failure', {}],
  ['cut', 'connect_failure', {}],
])('a server whose behaviour is %s gets the message three times, each a %s', async (behaviour, outcome, options) => {
  const { url, pushes } = await backEnd(() => behaviour);
  const deliveries = await senderTo(url, options).push(text);
  expect(deliveries.map((delivery) => [delivery.attempt, delivery.outcome])).toEqual([
    [1, outcome],
    [2, outcome],
    [3, outcome],
  ]);
  expect(new Set(deliveries.map((delivery) => delivery.messageKey)).size).toBe(1);
  if (outcome === 'request_timeout') expect(deliveries[0]?.durationMs).toBe(HASTY_MS);
  expect(pushes).toHaveLength(3);
});

test('what nobody listens to, finds or connects to is told apart', async () => {
  const outcomes = async (url: string, options: Partial<PushSenderOptions> = {}) =>
    (await senderTo(url, options).push(text)).map(({ outcome }) => outcome);
  expect(await outcomes(await deadPushUrl())).toEqual(Array(3).fill('connect_failure'));

  const named = 'http://shop.example/wechat';
  const unknown = Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });
  expect(await outcomes(named, { lookup: (_name, _how, found) => found(unknown, '') })).toEqual(
    Array(3).fill('dns_failure'),
  );
  expect(await outcomes(named, { lookup: () => {}, timeoutMs: HASTY_MS })).toEqual(Array(3).fill('dns_timeout'));

  // It accepts, and then never says a word of TLS.
  const mute = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => mute.once('listening', listening));
  const secure = `https://127.0.0.1:${(mute.address() as AddressInfo).port}/`;
  expect(await outcomes(secure, { timeoutMs: HASTY_MS })).toEqual(Array(3).fill('connect_timeout'));
  mute.close();
});

test.each<[AnswerFault | 'error', Partial<PushSenderOptions>]>([
  ['error', {}],
  ['quoted_success', {}],
  ['html', {}],
  ['text', {}],
  ['json_for_xml', {}],
  ['xml_for_json', { format: 'json' }],
  ['malformed', {}],
  ['not_swapped', {}],
  ['missing_field', {}],
  ['unknown_type', { mode: 'safe' }],
  ['empty_content', { mode: 'compatible' }],
  ['bad_create_time', { format: 'json' }],
  ['not_encrypted', { mode: 'safe' }],
  ['wrong_signature', { mode: 'safe' }],
  ['undecryptable', { mode: 'safe', format: 'json' }],
  ['wrong_appid', { mode: 'safe' }],
  ['too_long', {}],
])('an answer with the fault %s is a failure that is not sent again', async (behaviour, options) => {
  const { url } = await backEnd(() => behaviour, options);
  const deliveries = await senderTo(url, options).push(text);
  expect(deliveries).toMatchObject(
    behaviour === 'error'
      ? [{ outcome: 'bad_status', status: 500 }]
      : [{ outcome: 'invalid_response', reason: behaviour, status: 200 }],
  );
});

test('a message is not sent again once it was answered', async () => {
  const { url } = await backEnd((count) => (count === 1 ? 'cut' : 'success'));
  const deliveries = await senderTo(url).push(text);
  expect(deliveries.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
    [1, 'connect_failure'],
    [2, 'ok'],
  ]);
});

test('failures one after another suspend pushing for a minute', async () => {
  let now = NOW;
  let isWell = false;
  const { url, pushes } = await backEnd(() => (isWell ? 'success' : 'reset'));
  const sender = senderTo(url, { now: () => now, markFailAfter: 5 });
  expect(await sender.push(text)).toHaveLength(3);
  expect(await sender.push(text)).toHaveLength(2);
  expect(sender.pausedAt).toEqual([NOW]);
  isWell = true;
  now += 59_999;
  expect(await sender.push(text)).toEqual([]);
  expect(pushes).toHaveLength(5);
  expect(sender.suspended()).toBe(2);
  now += 1;
  expect(await sender.push(text)).toMatchObject([{ attempt: 1, outcome: 'ok' }]);
  expect(sender.deliveries).toHaveLength(6);
});

test('a success between failures keeps pushing going', async () => {
  const { url } = await backEnd((count) => (count % 3 === 0 ? 'success' : 'error'));
  const sender = senderTo(url, { markFailAfter: 3 });
  for (let pushed = 0; pushed < 9; pushed++) await sender.push(text);
  expect(sender.pausedAt).toEqual([]);
});

test('deliveries are counted by the hour in which they were sent', async () => {
  let now = NOW;
  const answers: PushBehaviour[] = ['success', 'html', 'cut', 'reply', 'success'];
  const { url } = await backEnd((count) => answers[count - 1] as PushBehaviour);
  const sender = senderTo(url, { now: () => now });
  await sender.push(text);
  await sender.push(text);
  now += 3_600_000;
  await sender.push(text);
  now += 2 * 3_600_000;
  await sender.push(text);

  const hours = countHours(sender.deliveries);
  const first = Date.UTC(2026, 10, 22, 4);
  expect(hours).toMatchObject([
    { at: first, callback_count: 2, fail_count: 1, outcomes: { ok: 1, invalid_response: 1 } },
    { at: first + 3_600_000, callback_count: 2, fail_count: 1, outcomes: { ok: 1, connect_failure: 1 } },
    { at: first + 3 * 3_600_000, callback_count: 1, fail_count: 0, outcomes: { ok: 1 } },
  ]);
  const costs = sender.deliveries.map(({ durationMs }) => durationMs);
  expect(hours.reduce((sum, hour) => sum + hour.total_time_cost, 0)).toBe(costs.reduce((a, b) => a + b));
  expect(Math.max(...hours.map((hour) => hour.max_time_cost))).toBe(Math.max(...costs));
});

test('failures are told as the platform tells them', () => {
  const failed = {
    at: NOW,
    messageKey: 'k',
    message: { ...text, MsgType: 'event', Event: 'CLICK' },
    attempt: 1,
    outcome: 'invalid_response',
    durationMs: 3,
    status: 200,
    from: '127.0.0.1',
    to: '127.0.0.2',
    response: { bytes: 9, start: '"success"' },
  } as const;
  const alarmed = { appid: keys.appid, nickname: '小店', url: 'https://shop.example/wechat' };
  const { response: _, ...unanswered } = failed;
  expect(
    pushAlarms(
      alarmed,
      [
        failed,
        { ...failed, at: NOW + 299_999 },
        { ...failed, outcome: 'ok' },
        { ...unanswered, outcome: 'dns_failure', at: NOW + 300_000, to: '' },
      ],
      [NOW + 300_001],
    ),
  ).toEqual([
    `Appid: wxba5fad812f8e6fb9
昵称: 小店
时间: 2026-11-22 12:30:00
内容: 微信服务器推送消息后，得到的回应不合法
次数: 5分钟 2次
错误样例: [OpenID=openid][Stamp=${NOW / 1000}][OuterIP=127.0.0.1][3rdUrl=https://shop.example/wechat][IP=127.0.0.2][Event=CLICK][response_length=9][response_content="success"]`,
    expect.stringMatching(/内容: .*解析DNS失败\n次数: 5分钟 1次\n.*\[IP=\]\[Event=CLICK\]\[response_length=0\]/s),
    expect.stringMatching(/内容: .*暂停推送.*\n次数: 5分钟 1次/),
  ]);
});

test('the same seed makes the same messages, and a provider gets its own', () => {
  const make = (seed: number) => {
    const next = createPushMessages({ account: 'gh_x', component: 'wx0123456789abcdef' }, createSeededRandom(seed));
    return Array.from({ length: 200 }, () => next(1));
  };
  expect(make(3)).toEqual(make(3));
  expect(make(3)).not.toEqual(make(4));
  expect(make(3).filter(({ InfoType }) => InfoType !== undefined).length).toBeGreaterThan(5);
});
