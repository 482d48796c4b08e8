import { createSeededRandom } from '@minilens/simulator/seeded-random';
import type { Envelope } from '@minilens/wire/envelope';
import type { PushDeliveryEvent } from '@minilens/wire/event';
import { DAY_MS, HOUR_MS, midnightOf, SECOND_MS } from './calendar.js';
import { type Chance, createChance } from './chance.js';
import { busynessAt } from './population.js';
import { type Trouble, troublesEndingAt } from './push-story.js';

export interface DeliveryOptions {
  appid: string;
  /** The last moment anything happens. Unit: ms since the Unix epoch. */
  endAt: number;
  /** Calendar days up to that moment, its own included. */
  days: number;
  seed: number;
  messagesAnHour: number;
  troubles?: readonly Trouble[];
}

/** When a delivery is given up, how often a message is delivered in all, and the pause between two tries. */
const TIMEOUT_MS = 5 * SECOND_MS;
const DELIVERIES = 3;
const PAUSE_MS = SECOND_MS;

/** Deliveries of one envelope. */
const BATCH = 100;

const HOST = 'api.mountain-tea.example';

/** What customers send and do, and whether the shop answers it with words of its own. */
const MESSAGES = [
  { weight: 40, msgType: 'event', event: 'user_enter_tempsession', replies: false },
  { weight: 34, msgType: 'text', replies: true },
  { weight: 9, msgType: 'miniprogrampage', replies: true },
  { weight: 8, msgType: 'event', event: 'subscribe_msg_popup_event', replies: false },
  { weight: 7, msgType: 'image', replies: true },
  { weight: 2, msgType: 'event', event: 'subscribe_msg_sent_event', replies: false },
] as const;
type Message = (typeof MESSAGES)[number];

/** How one delivery ended. */
type End = Pick<
  PushDeliveryEvent,
  'outcome' | 'durationMs' | 'dnsMs' | 'connectMs' | 'firstByteMs' | 'status' | 'receivedBytes' | 'reason' | 'errMsg'
>;

/** Customers' messages to the shop, and how its back end took them: envelopes as `minilens push proxy` sends them, one a line. */
export function* makeDeliveries(options: DeliveryOptions): Generator<string> {
  const { appid, endAt, days, seed, messagesAnHour, troubles = troublesEndingAt(endAt) } = options;
  const random = createSeededRandom(seed);
  const chance = createChance(random);
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');

  for (let hour = midnightOf(endAt) - (days - 1) * DAY_MS; hour < endAt; hour += HOUR_MS) {
    const moments = Array.from({ length: chance.times(messagesAnHour * busynessAt(hour)) }, () =>
      Math.floor(chance.between(hour, hour + HOUR_MS)),
    );
    const deliveries = moments
      .flatMap((at) => {
        const { replies, weight: _, ...named } = chance.pick(MESSAGES) as Message;
        const messageKey = hex(32);
        const tries = tryMessage(chance, { at, replies }, troubles);
        return tries.map((end, index) => ({ delivery: hex(16), messageKey, attempt: index + 1, ...named, ...end }));
      })
      .filter(({ at, durationMs }) => at + durationMs < endAt)
      .sort((a, b) => a.at - b.at);
    const session = { id: `push-${hex(16)}`, startAt: hour, user: 'push-demo-1' };
    for (let start = 0; start < deliveries.length; start += BATCH) {
      const events = deliveries
        .slice(start, start + BATCH)
        .map(
          (said, index): PushDeliveryEvent => ({ n: start + index + 1, kind: 'push_delivery', host: HOST, ...said }),
        );
      const { at, durationMs } = events.at(-1) as PushDeliveryEvent;
      yield JSON.stringify({
        ...{ v: 1, app: appid, agent: 'push-0.1.0', sentAt: at + durationMs, session, device: {}, events },
      } satisfies Envelope);
    }
  }
}

/** A message is delivered again while it is not answered. */
function tryMessage(chance: Chance, message: { at: number; replies: boolean }, troubles: readonly Trouble[]) {
  const tries: (End & { at: number })[] = [];
  let { at } = message;
  while (tries.length < DELIVERIES) {
    const trouble = troubles.find(({ from, to }) => at >= from && at < to)?.kind;
    const end = deliver(chance, message.replies, trouble);
    tries.push({ at, ...end });
    if (end.status !== undefined) break;
    at += end.durationMs + PAUSE_MS;
  }
  return tries;
}

function deliver(chance: Chance, replies: boolean, trouble: Trouble['kind'] | undefined): End {
  // Most go over a connection that is open.
  const opening = chance.happens(0.06) ? { dnsMs: chance.around(2), connectMs: chance.around(14) } : {};
  const openedMs = Object.values(opening).reduce((sum, tookMs) => sum + tookMs, 0);
  if (trouble === 'down')
    return {
      ...{ outcome: 'connect_failure', reason: 'refused', durationMs: chance.around(2), dnsMs: 1 },
      errMsg: 'The server refused the connection. Is it running?',
    };
  const [median, spread] = trouble === 'slow' ? [1_500, 0.75] : [replies ? 120 : 45, 0.5];
  const answerMs = chance.around(median, spread) + openedMs;
  if (answerMs >= TIMEOUT_MS || chance.happens(0.0006))
    return { outcome: 'request_timeout', durationMs: TIMEOUT_MS, ...opening, errMsg: 'No complete answer within 5 s.' };
  const answered = { durationMs: answerMs, ...opening, firstByteMs: Math.max(openedMs, answerMs - chance.around(2)) };
  if (chance.happens(0.0015))
    return { ...answered, outcome: 'bad_status', status: 502, receivedBytes: 157, errMsg: 'The server answered 502.' };
  if (!replies) return { ...answered, outcome: 'ok', status: 200, receivedBytes: 'success'.length };
  const reply = { ...answered, status: 200, receivedBytes: chance.around(310, 0.15) };
  if (trouble === 'not_swapped' && chance.happens(0.9))
    return {
      ...{ ...reply, outcome: 'invalid_response', reason: 'not_swapped' },
      errMsg: 'The reply goes to the account itself: swap ToUserName and FromUserName.',
    };
  return { ...reply, outcome: 'ok' };
}
