import { type PushValue, readDocument } from '@minilens/wechat/push/document';
import { signPush } from '@minilens/wechat/push/signature';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MENU_CLICK, push, SECONDS, seal, startReceiver, TEXT, TICKET, TOKEN } from './receiver.fixture.js';

// MINILENS_FUZZ_RUNS=10000 looks longer, MINILENS_FUZZ_SEED elsewhere.
const RUNS = Number(process.env.MINILENS_FUZZ_RUNS ?? 500);
const SEED = Number(process.env.MINILENS_FUZZ_SEED ?? 7);
const check = (property: fc.IAsyncProperty<unknown>) => fc.assert(property, { numRuns: RUNS, seed: SEED });

const REFUSED = [400, 403, 405, 413];

const NAMES = ['signature', 'timestamp', 'nonce', 'openid', 'encrypt_type', 'msg_signature', 'echostr', '__proto__'];
const timestamp = String(SECONDS);
/** What is signed, so that the body is read. */
const signed = String(new URLSearchParams({ signature: signPush(TOKEN, timestamp, '7'), timestamp, nonce: '7' }));

const strangeName = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'MsgType',
  'Event',
  'Encrypt',
  'xml',
  'item',
);
const strangeText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    ']]>',
    '<![CDATA[',
    '&lol;',
    '&#0;',
    '&#x10ffff;',
    '\ud800',
    '9'.repeat(400),
    '-1e999',
    'NaN',
    '<!DOCTYPE a>',
  ),
);
const strangeQuery = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string()), strangeText),
  fc.constant(signed),
);
const element = fc.letrec<{ element: string; content: string }>((tie) => ({
  content: fc.oneof({ maxDepth: 6 }, strangeText, tie('element')),
  element: fc
    .tuple(strangeName, fc.array(tie('content'), { maxLength: 3 }))
    .map(([name, inner]) => `<${name}>${inner.join('')}</${name}>`),
})).element;
const strangeBody = fc.oneof(
  strangeText,
  fc.json(),
  element,
  element.map((inner) => `<xml>${inner}<MsgType>text</MsgType></xml>`),
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom(
    `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><MsgType>&b;</MsgType></xml>`,
    `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><xml><MsgType>&b;</MsgType></xml>`,
    '<xml>'.repeat(20_000),
    `<xml>${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}</xml>`,
    `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
    '['.repeat(100_000),
    `{"MsgType":"text","__proto__":{"a":1},"constructor":{"prototype":{"b":1}},"MsgId":${'9'.repeat(5_000)}}`,
    '{"MsgType":{"toString":1},"FromUserName":["a"],"CreateTime":1e400}',
    '{"Encrypt":"AAAA"}',
    `<xml><Encrypt>${'A'.repeat(100_000)}</Encrypt></xml>`,
    'x'.repeat(300_000),
  ),
);

test('whatever is asked is answered or refused, in any mode', async () => {
  const receivers = (['plain', 'compatible', 'safe'] as const).map((mode) => startReceiver({ mode }).receiver);
  const method = fc.oneof(fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS'), fc.string());
  await check(
    fc.asyncProperty(method, strangeQuery, strangeBody, async (method, query, body) => {
      for (const receiver of receivers) {
        const { status, body: answer } = await receiver.handle({ method, query, body });
        if (status === 200) expect(query).toBe(signed);
        else expect(REFUSED).toContain(status);
        expect(answer).not.toBe('');
      }
    }),
  );
});

test('what is signed is read or refused, and never changes what all objects have', async () => {
  const { receiver, reports } = startReceiver();
  await check(
    fc.asyncProperty(strangeBody, async (body) => {
      const { status } = await receiver.handle({ method: 'POST', query: signed, body });
      expect([200, ...REFUSED]).toContain(status);
    }),
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as { a?: unknown }).a).toBeUndefined();
  // It must have come further than the door.
  expect(reports.length).toBeGreaterThan(RUNS / 50);
});

function encryptedIn(body: string): PushValue | undefined {
  try {
    return readDocument(body).fields.Encrypt;
  } catch {
    return undefined;
  }
}

test('one byte more, less or other of an encrypted message is refused', async () => {
  const { receiver } = startReceiver({ mode: 'safe' });
  const { query, body } = seal(TEXT);
  await check(
    fc.asyncProperty(fc.nat(body.length - 1), fc.string({ maxLength: 2 }), async (place, instead) => {
      const changed = body.slice(0, place) + instead + body.slice(place + 1);
      const { status } = await receiver.handle({ method: 'POST', query, body: changed });
      // Only what stands around the encrypted text may be other than it was.
      const isSame = encryptedIn(changed) === encryptedIn(body);
      expect(isSame ? [200, 400, 403] : [400, 403]).toContain(status);
    }),
  );
});

test('fields of every message may hold anything: the answer is a success, and its handler is the right one', async () => {
  const value: fc.Arbitrary<PushValue> = fc.oneof(strangeText, fc.double(), fc.boolean(), fc.constant(null));
  const more = fc.dictionary(fc.constantFrom('Content', 'MsgId', 'EventKey', 'CreateTime', 'Location_X'), value);
  const message = fc.constantFrom(TEXT, MENU_CLICK, TICKET, { ...TEXT, MsgType: 'location' });
  const { receiver } = startReceiver();
  const kinds: string[] = [];
  receiver.on('any', ({ kind }) => void kinds.push(kind));
  await check(
    fc.asyncProperty(message, more, fc.constantFrom('xml', 'json'), async (fields, changed, format) => {
      const sent = { ...fields, ...changed };
      expect([200, 400]).toContain((await push(receiver, sent, { format: format as 'xml' })).status);
    }),
  );
  expect(new Set(kinds)).toEqual(new Set(['text', 'event', 'component', 'location']));
});

test('whatever a handler returns, the sender hears a status and no word of an error', async () => {
  const { receiver, reports } = startReceiver();
  let answer: unknown;
  receiver.on('text', () => answer as string);
  const anything = fc.anything({ withBigInt: true, withDate: true, withSparseArray: true });
  let MsgId = 1;
  await check(
    fc.asyncProperty(anything, async (returned) => {
      answer = returned;
      const { status, body } = await push(receiver, { ...TEXT, MsgId: String(MsgId++) });
      expect([200, 500]).toContain(status);
      if (status === 500) expect(body).toBe('The message could not be handled.\n');
    }),
  );
  expect(reports).toHaveLength(MsgId - 1);
});
