import { createCipheriv } from 'node:crypto';
import { expect, test } from 'vitest';
import { decryptMessage, encryptMessage } from './crypt.js';
import { messageKey } from './message.js';
import { answerVerification, isVerification, openPush } from './open-push.js';
import { PushError } from './push-error.js';
import { type Seal, sealPush, sealReply } from './seal-push.js';
import { isSignedBy, signPush } from './signature.js';
import { TEXT_XML, VECTORS } from './vectors.fixture.js';

const { keys, verification, plain, safe, reply } = VECTORS;
const random = Buffer.from('0123456789abcdef');
const seal: Seal = { ...keys, timestamp: 1714112445, nonce: '415670741', random };
const textFields = { ToUserName: 'gh_x', FromUserName: 'openid', CreateTime: 1348831860, MsgType: 'text' };

const codeOf = (open: () => unknown): string => {
  try {
    open();
  } catch (error) {
    if (error instanceof PushError) return error.code;
    throw error;
  }
  return 'opened';
};

test('the URL is verified as documented', () => {
  expect(isVerification(verification)).toBe(true);
  expect(answerVerification(verification, keys.token)).toBe('4375120948345356249');
  expect(codeOf(() => answerVerification(verification, 'AAAAB'))).toBe('wrong_signature');
  expect(codeOf(() => answerVerification({ echostr: '1' }, keys.token))).toBe('wrong_signature');
  expect(isVerification(plain)).toBe(false);
});

test('a plaintext push is opened as documented', () => {
  const opened = openPush({ query: plain, body: TEXT_XML }, { ...keys, mode: 'plain' });
  expect(opened).toMatchObject({ mode: 'plain', format: 'xml', message: { kind: 'text', Content: 'this is a test' } });
});

test('a push in safe mode is sealed and opened as documented', () => {
  const sealed = sealPush(safe.fields, { ...seal, mode: 'safe', format: 'json', random: Buffer.from(safe.random) });
  expect(sealed).toEqual({ query: safe.query, body: safe.body });
  const opened = openPush(safe, { ...keys, mode: 'safe' });
  expect(opened).toMatchObject({ mode: 'safe', format: 'json', fields: safe.fields });
  expect(opened.message).toMatchObject({ kind: 'event', Event: 'debug_demo' });
});

test('a reply is sealed as documented', () => {
  const { timestamp, nonce } = reply;
  const own = { ...keys, timestamp, nonce, random: Buffer.from(reply.random) };
  expect(sealReply(reply.text, own, 'json')).toBe(reply.body);
  const { Encrypt } = JSON.parse(reply.body) as { Encrypt: string };
  expect(sealReply(reply.text, own, 'xml')).toBe(
    `<xml><Encrypt><![CDATA[${Encrypt}]]></Encrypt><MsgSignature><![CDATA[1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1]]></MsgSignature><TimeStamp>1713424427</TimeStamp><Nonce><![CDATA[415670741]]></Nonce></xml>`,
  );
  expect(decryptMessage(keys.encodingAesKey, Encrypt)).toEqual({ message: reply.text, appid: keys.appid });
});

test.each(
  (['plain', 'compatible', 'safe'] as const).flatMap((mode) =>
    (['xml', 'json'] as const).map((format) => [mode, format] as const),
  ),
)('what is sealed in %s mode as %s is opened again', (mode, format) => {
  const fields = { ...textFields, Content: '你好 ]]> & <b>', MsgId: '7345678901234567890' };
  const { query, body } = sealPush(fields, { ...seal, mode, format });
  expect(body.includes('Encrypt')).toBe(mode !== 'plain');
  expect(body.includes('你好')).toBe(mode !== 'safe');
  const opened = openPush({ query, body }, { ...keys, mode });
  expect(opened).toMatchObject({ mode, format, message: { kind: 'text', Content: '你好 ]]> & <b>' } });
  expect(opened.fields.MsgId).toBe('7345678901234567890');
  expect(query.openid).toBe('openid');
});

test('an event of a service provider keeps only its AppId readable', () => {
  const event = { AppId: keys.appid, CreateTime: 1413192605, InfoType: 'unauthorized', AuthorizerAppid: 'wx1' };
  const { query, body } = sealPush(event, { ...seal, mode: 'safe', format: 'xml' });
  expect(body).toMatch(/^<xml><AppId><!\[CDATA\[wxba5fad812f8e6fb9\]\]><\/AppId><Encrypt>/);
  expect(query).not.toHaveProperty('openid');
  expect(openPush({ query, body }, keys).message).toMatchObject({ kind: 'component', InfoType: 'unauthorized' });
});

test.each<[string, Parameters<typeof openPush>, string]>([
  ['a token of another', [safe, { ...keys, token: 'AAAAB' }], 'wrong_signature'],
  ['a key of another', [safe, { ...keys, encodingAesKey: 'B'.repeat(43) }], 'undecryptable'],
  ['no key', [safe, { token: keys.token }], 'undecryptable'],
  ['a key that is none', [safe, { ...keys, encodingAesKey: 'AAAA' }], 'undecryptable'],
  ['the AppID of another', [safe, { ...keys, appid: 'wx0123456789abcdef' }], 'wrong_appid'],
  ['the signature of another nonce', [{ ...safe, query: { ...safe.query, nonce: '1' } }, keys], 'wrong_signature'],
  [
    'signature in the place of msg_signature',
    [{ ...safe, query: { ...safe.query, msg_signature: safe.query.signature } }, keys],
    'wrong_signature',
  ],
  ['no signature', [{ query: {}, body: TEXT_XML }, keys], 'wrong_signature'],
  [
    'no encryption in safe mode',
    [
      { query: plain, body: TEXT_XML },
      { ...keys, mode: 'safe' },
    ],
    'not_encrypted',
  ],
  ['what is neither XML nor JSON', [{ query: plain, body: 'a=1' }, keys], 'malformed'],
  ['what says nothing', [{ query: plain, body: '{}' }, keys], 'malformed'],
  ['a changed text', [{ ...safe, body: safe.body.replace('+qdx', '+qdy') }, keys], 'wrong_signature'],
  [
    'a changed text, unsigned',
    [
      { ...safe, body: safe.body.replace('Gj04=', 'Gj05=') },
      { ...keys, token: undefined },
    ],
    'opened',
  ],
  [
    'a cut text, unsigned',
    [
      { ...safe, body: safe.body.replace('Gj04=', '') },
      { ...keys, token: undefined },
    ],
    'undecryptable',
  ],
])('a push with %s is told apart', (_name, args, code) => {
  expect(codeOf(() => openPush(...args))).toBe(code);
});

test('without a token nothing is checked, and in compatible mode nothing must be decrypted', () => {
  expect(openPush({ query: {}, body: TEXT_XML }, {}).message.kind).toBe('text');
  const { query, body } = sealPush({ ...textFields, Content: 'x' }, { ...seal, mode: 'compatible', format: 'xml' });
  expect(openPush({ query, body }, { token: keys.token }).mode).toBe('compatible');
  // With the key what is taken is what was encrypted, whatever stands beside it.
  const forged = body.replace('<![CDATA[x]]>', '<![CDATA[y]]>');
  expect(openPush({ query, body: forged }, keys).fields.Content).toBe('x');
});

test.each<[string, Buffer]>([
  ['nothing but padding', Buffer.alloc(32, 32)],
  ['padding longer than a block', Buffer.concat([random, Buffer.alloc(4), Buffer.alloc(44, 44)])],
  ['no padding', Buffer.concat([random, Buffer.alloc(16)])],
  ['padding that is not even', Buffer.concat([random, Buffer.alloc(4), Buffer.alloc(11, 1), Buffer.from([12])])],
  ['padding longer than all', Buffer.alloc(16, 17)],
  ['a length beyond its end', Buffer.concat([random, Buffer.from([0, 0, 0, 1]), Buffer.alloc(12, 12)])],
])('encrypted bytes that hold %s are refused', (_name, plain) => {
  const key = Buffer.from(`${keys.encodingAesKey}=`, 'base64');
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
  expect(codeOf(() => decryptMessage(keys.encodingAesKey, encrypted))).toBe('undecryptable');
});

test('what is no encrypted text is refused', () => {
  const encrypted = encryptMessage(keys.encodingAesKey, 'text', keys.appid, random);
  for (const wrong of ['', '!!!', encrypted.slice(8)])
    expect(codeOf(() => decryptMessage(keys.encodingAesKey, wrong))).toBe('undecryptable');
  expect(() => encryptMessage(keys.encodingAesKey, 'text', keys.appid, Buffer.alloc(15))).toThrow('16 random bytes');
});

test.each(Array.from({ length: 34 }, (_, length) => length))(
  'a message of %d characters fits its padding',
  (length) => {
    const message = 'm'.repeat(length);
    const encrypted = encryptMessage(keys.encodingAesKey, message, keys.appid, random);
    expect(Buffer.from(encrypted, 'base64').length % 32).toBe(0);
    expect(decryptMessage(keys.encodingAesKey, encrypted)).toEqual({ message, appid: keys.appid });
  },
);

test('a signature is that of exactly these parts, in any order', () => {
  expect(isSignedBy(signPush('a', 'b', 'c'), 'c', 'b', 'a')).toBe(true);
  expect(isSignedBy(signPush('a', 'b', 'c').toUpperCase(), 'a', 'b', 'c')).toBe(false);
  expect(isSignedBy('', 'a', 'b', 'c')).toBe(false);
  expect(isSignedBy('好'.repeat(40), 'a', 'b', 'c')).toBe(false);
});

test('every delivery of a message has the same key, in either format, and another message has another', () => {
  const opened = (format: 'xml' | 'json', fields: typeof textFields & { [name: string]: string | number }) =>
    messageKey(openPush(sealPush(fields, { ...seal, mode: 'plain', format }), keys).fields);
  const key = opened('xml', { ...textFields, MsgId: '7345678901234567890' });
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(opened('json', { ...textFields, MsgId: '7345678901234567890' })).toBe(key);
  expect(opened('json', { ...textFields, CreateTime: 1, MsgId: '7345678901234567890' })).toBe(key);
  // A double holds both as the same number.
  expect(opened('json', { ...textFields, MsgId: '7345678901234567891' })).not.toBe(key);

  const event = { ...textFields, MsgType: 'event', Event: 'CLICK' };
  const eventKey = opened('xml', event);
  expect(opened('json', event)).toBe(eventKey);
  expect(opened('json', { ...event, Event: 'VIEW' })).not.toBe(eventKey);
  expect(opened('json', { ...event, FromUserName: 'another' })).not.toBe(eventKey);
  const told = { AppId: 'wx1', CreateTime: 1, InfoType: 'authorized' };
  expect(messageKey({ ...told, AuthorizerAppid: 'wx2' })).not.toBe(messageKey({ ...told, AuthorizerAppid: 'wx3' }));
});
