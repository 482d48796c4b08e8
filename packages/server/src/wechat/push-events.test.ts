import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { openPush, type PushQuery } from '@minilens/wechat/push/open-push';
import { signPush } from '@minilens/wechat/push/signature';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestAccess } from './access.fixture.js';
import { createEventPusher, type EventPusher } from './push-events.js';

const NOW = Date.UTC(2026, 10, 22, 4);
const COMPONENT = 'wx0123456789abcdef';

let access: Awaited<ReturnType<typeof openTestAccess>>;
let events: EventPusher;
let receiver: Server;
let received: { url: URL; body: string }[] = [];
let answer: string | AsyncIterable<string> = 'success';
let logged = '';

beforeAll(async () => {
  access = await openTestAccess(() => NOW);
  const stream = {
    write(line: string) {
      logged += line;
    },
  };
  const log = pino({ level: 'warn' }, stream);
  events = createEventPusher(access.components, log, () => NOW);
  receiver = createServer(async (request, response) => {
    received.push({ url: new URL(request.url ?? '', 'http://receiver'), body: await text(request) });
    if (typeof answer === 'string') response.end(answer);
    else
      Readable.from(answer)
        .on('error', () => {})
        .pipe(response);
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  await access.components.add(COMPONENT, 'Provider');
  await access.components.change(COMPONENT, {
    eventUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/events?of=me`,
  });
  await access.components.add('wxfedcba9876543210', 'Who fetches');
});
afterAll(async () => {
  receiver.close();
  await access.db.destroy();
});
beforeEach(() => {
  received = [];
  answer = 'success';
  logged = '';
});

/** What a receiver reads in a push, after it has checked who it is from. */
async function read({ url, body }: { url: URL; body: string }) {
  const query: PushQuery = Object.fromEntries(url.searchParams);
  const keys = { ...(await access.components.eventKeys(COMPONENT)), appid: COMPONENT };
  expect(query.signature).toBe(signPush(keys.token, query.timestamp as string, query.nonce as string));
  return openPush({ query, body }, { ...keys, mode: 'safe' }).fields;
}

test('tickets are pushed encrypted to components that have a receiver', async () => {
  await events.pushTickets();
  expect(received).toHaveLength(1);
  const [push] = received as [(typeof received)[0]];
  expect([push.url.pathname, push.url.searchParams.get('of'), push.url.searchParams.get('encrypt_type')]).toEqual([
    '/events',
    'me',
    'aes',
  ]);
  const { ticket } = await access.components.ticket(COMPONENT);
  expect(await read(push)).toEqual({
    AppId: COMPONENT,
    CreateTime: String(NOW / 1000),
    InfoType: 'component_verify_ticket',
    ComponentVerifyTicket: ticket,
  });
  expect(logged).toBe('');
});

test('a push that is not taken is logged and harms nobody', async () => {
  answer = 'no';
  await events.pushTicket(COMPONENT);
  expect(logged).toContain('did not take an event');
  expect(logged).not.toContain((await access.components.ticket(COMPONENT)).ticket);
  logged = '';
  await events.pushTicket('wxffffffffffffffff');
  expect(logged).toContain('got no ticket');
});

test('of an answer without end only the beginning is read', async () => {
  let sent = 0;
  answer = (async function* () {
    for (;;) {
      sent += 1;
      yield 'success'.repeat(10_000);
      await setImmediate();
    }
  })();
  await events.pushTicket(COMPONENT);
  // It was told at once, and not when the time for an answer was over.
  expect(logged).toContain('not 200');
  expect(sent).toBeGreaterThan(0);
});

test('a ticket that is asked for while it is on its way is pushed once', async () => {
  await Promise.all(Array.from({ length: 20 }, () => events.pushTicket(COMPONENT)));
  expect(received).toHaveLength(1);
  await events.pushTicket(COMPONENT);
  expect(received).toHaveLength(2);
});
