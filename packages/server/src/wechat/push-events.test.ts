import { createDecipheriv } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestAccess } from './access.fixture.js';
import { encryptEvent, signEvent } from './encrypt-event.js';
import { createEventPusher, type EventPusher } from './push-events.js';

const NOW = Date.UTC(2026, 10, 22, 4);
const COMPONENT = 'wx0123456789abcdef';

test('a message is encrypted and signed as the platform’s own example', () => {
  const encrypted = encryptEvent(
    'A'.repeat(43),
    '{"demo_resp":"good luck"}',
    'wxba5fad812f8e6fb9',
    Buffer.from('707722b803182950'),
  );
  expect(encrypted).toBe('ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==');
  expect(signEvent('AAAAA', '1713424427', '415670741', encrypted)).toBe('1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1');
  expect(signEvent('AAAAA', '1714036504', '1514711492')).toBe('f464b24fc39322e44b38aa78f5edd27bd1441696');
});

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
  const { token, encodingAesKey } = await access.components.eventKeys(COMPONENT);
  const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1] as string;
  const of = (name: string) => url.searchParams.get(name) as string;
  expect(of('signature')).toBe(signEvent(token, of('timestamp'), of('nonce')));
  expect(of('msg_signature')).toBe(signEvent(token, of('timestamp'), of('nonce'), encrypted));
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]);
  const end = 20 + plain.readUInt32BE(16);
  expect(plain.subarray(end, plain.length - (plain.at(-1) as number)).toString()).toBe(COMPONENT);
  return plain.subarray(20, end).toString();
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
  expect(await read(push)).toBe(
    `<xml><AppId><![CDATA[${COMPONENT}]]></AppId><CreateTime>${NOW / 1000}</CreateTime><InfoType><![CDATA[component_verify_ticket]]></InfoType><ComponentVerifyTicket><![CDATA[${ticket}]]></ComponentVerifyTicket></xml>`,
  );
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
