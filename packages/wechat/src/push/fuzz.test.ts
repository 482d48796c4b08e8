import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decryptMessage, encryptMessage } from './crypt.js';
import { readDocument, writeDocument } from './document.js';
import { judgeAnswer } from './judge-answer.js';
import { messageKey, readMessage } from './message.js';
import { openPush } from './open-push.js';
import { PushError } from './push-error.js';
import { sealReply } from './seal-push.js';
import { TEXT_XML, VECTORS } from './vectors.fixture.js';

const { keys } = VECTORS;
const modes = fc.constantFrom('plain', 'compatible', 'safe', undefined);
const formats = fc.constantFrom('xml', 'json');

/** Documents, whole ones and broken ones, with what parsers stumble over. */
const documents = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '<xml>',
          '</xml>',
          '<a>',
          '</a>',
          '<item>',
          '<![CDATA[',
          ']]>',
          '<!--',
          '-->',
          '<?',
          '<!DOCTYPE',
        ),
        fc.constantFrom(
          '&amp;',
          '&#10;',
          '&x;',
          '&',
          '"',
          '{',
          '}',
          '"MsgType":',
          '<MsgType>text</MsgType>',
          '__proto__',
        ),
        fc.string(),
      ),
    )
    .map((parts) => parts.join('')),
  fc.nat(TEXT_XML.length).map((length) => TEXT_XML.slice(0, length)),
);

const isPushError = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(PushError);
  }
};

test('whatever is pushed is opened or refused', () => {
  fc.assert(
    fc.property(documents, modes, fc.boolean(), (body, mode, isEncrypted) => {
      const sent = isEncrypted
        ? sealReply(body, { ...keys, timestamp: 1, nonce: '2', random: Buffer.alloc(16) }, 'xml')
        : body;
      isPushError(() => openPush({ query: {}, body: sent }, { ...keys, token: undefined, mode }));
      isPushError(() => {
        const { fields } = readDocument(body);
        expect(messageKey(fields)).toMatch(/^[0-9a-f]{32}$/);
        readMessage(fields);
      });
    }),
  );
});

test('whatever is answered is judged', () => {
  fc.assert(
    fc.property(
      fc.oneof(documents.map(Buffer.from), fc.uint8Array()),
      fc.constantFrom('plain', 'safe'),
      formats,
      fc.boolean(),
      (body, mode, format, isKnown) => {
        const { fields } = readDocument(TEXT_XML);
        const push = isKnown ? { mode, format, fields, message: readMessage(fields) } : undefined;
        const judged = judgeAnswer({ status: 200, body, push, keys, format });
        expect(['ok', 'invalid_response']).toContain(judged.outcome);
      },
    ),
  );
});

test('every text survives being written and read, in both formats', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.constantFrom(']', '>', '<', '&', '"', 'x', '\\')),
      (text, parts) => {
        for (const Content of [text, parts.join(''), `${text}]]>${text}`])
          for (const format of ['xml', 'json'] as const)
            expect(readDocument(writeDocument({ Content }, format))).toEqual({ format, fields: { Content } });
      },
    ),
  );
});

test('every text survives being encrypted and decrypted', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.uint8Array({ minLength: 16, maxLength: 16 }), (message, random) => {
      const encrypted = encryptMessage(keys.encodingAesKey, message, keys.appid, Buffer.from(random));
      expect(decryptMessage(keys.encodingAesKey, encrypted)).toEqual({ message, appid: keys.appid });
    }),
  );
});

test('whatever is decrypted is a message or is refused', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')),
      ),
      (encrypted) => isPushError(() => decryptMessage(keys.encodingAesKey, encrypted)),
    ),
  );
});

test('an envelope says the same whether it is matched or parsed', () => {
  const read = (text: string) => {
    try {
      return readDocument(text).fields;
    } catch (error) {
      return (error as PushError).message;
    }
  };
  const whole = ['<xml>', '<ToUserName><![CDATA[', 'gh_1', ']]></ToUserName>', '<Encrypt><![CDATA[', 'QUJD+/=='];
  const end = [']]></Encrypt>', '</xml>'];
  const piece = fc.constantFrom(...whole, ...end, '', '\n', ' ', '<a>1</a>', '&#65;', '<!-- c -->', 'a=b');
  fc.assert(
    fc.property(
      fc.constant([...whole, ...end]),
      fc.array(fc.tuple(fc.nat(8), fc.nat(1), piece), { maxLength: 3 }),
      (all, edits) => {
        const pieces = [...all];
        for (const [at, removed, inserted] of edits) pieces.splice(at, removed, inserted);
        const text = pieces.join('');
        // A comment behind it is for the parser.
        expect(read(text)).toEqual(read(`${text}<!-- -->`));
      },
    ),
    { numRuns: 2_000 },
  );
});
