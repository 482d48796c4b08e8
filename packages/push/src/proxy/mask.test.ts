import { openPush } from '@minilens/wechat/push/open-push';
import { sealReply } from '@minilens/wechat/push/seal-push';
import { LIMITS } from '@minilens/wire/limits';
import { expect, test } from 'vitest';
import { maskDelivery } from './mask.js';

const OPENID = 'o9AgO5Kd5ggOC-bXrbNODIiE3bGY';
const KEYS = { token: 'AAAAA', encodingAesKey: 'A'.repeat(43), appid: 'wxba5fad812f8e6fb9' };

const xml = (fields: string) =>
  `<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName><FromUserName><![CDATA[${OPENID}]]></FromUserName><CreateTime>1348831860</CreateTime>${fields}</xml>`;
const mask = (message: string, answer = 'success') =>
  maskDelivery(
    { push: openPush({ query: {}, body: message }, {}), message: Buffer.from(message), answer: Buffer.from(answer) },
    KEYS,
  );

test('kind and time stay, ids are shortened, and what was written stays but for what names somebody', () => {
  const text = '打给我 13812345678 或 138-1234-5678，a.b@qq.com，https://shop.example/u/8?openid=1 谢谢';
  expect(
    mask(
      xml(`<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text}]]></Content><MsgId>1234567890123456</MsgId>`),
    ),
  ).toBe(
    '<xml><ToUserName><![CDATA[gh_…]]></ToUserName><FromUserName><![CDATA[o*Ag…]]></FromUserName>' +
      '<CreateTime><![CDATA[1348831860]]></CreateTime><MsgType><![CDATA[text]]></MsgType>' +
      '<Content><![CDATA[打给我 **** 或 138-****-****，***@***，https://shop.example/*** 谢谢]]></Content>' +
      '<MsgId><![CDATA[****…]]></MsgId></xml>\n\nsuccess',
  );
});

test.each([
  ['a place', '<Location_X>23.134521</Location_X><Label><![CDATA[天河路1号]]></Label>', /23|134521|天河/],
  ['a picture', '<PicUrl><![CDATA[http://mmbiz.qpic.cn/mmbiz_jpg/Abc/0]]></PicUrl>', /Abc/],
  ['a medium', '<MediaId><![CDATA[Zx81kPq0aYw3LmN7-abc]]></MediaId>', /kPq0aYw3/],
  ['a card in groups', '<Content><![CDATA[62 21 33 44 55]]></Content>', /21 33/],
  ['an id within', '<SendLocationInfo><Poiname><![CDATA[家]]></Poiname></SendLocationInfo>', /家/],
])('of %s nothing is shown that names it', (_name, fields, shown) => {
  expect(mask(xml(`<MsgType>text</MsgType>${fields}`))).not.toMatch(shown);
});

test('names of elements and words in the place of a kind are masked like any other', () => {
  const masked = mask(`{"MsgType":"call 13812345678","${OPENID}":1,"Event":"13812345678 secret"}`);
  expect(masked).not.toMatch(/13812345678|9AgO5Kd5/);
});

test('an encrypted answer is opened, and masked like a plain one', () => {
  const seal = { ...KEYS, timestamp: 1, nonce: '2', random: Buffer.alloc(16) };
  const reply = sealReply(xml('<MsgType>text</MsgType><Content>13812345678 ok</Content>'), seal, 'xml');
  expect(mask(xml('<MsgType>text</MsgType>'), reply)).toContain('<Content><![CDATA[**** ok]]></Content>');
});

test('an answer that is no document is masked as text, and a long one is cut', () => {
  expect(mask(xml('<MsgType>text</MsgType>'), `<html>${OPENID}</html>`)).toMatch(/<html>o\*Ag…<\/html>$/);
  const long = mask(xml(`<MsgType>text</MsgType><Content>${'字 '.repeat(9_000)}</Content>`), '错 '.repeat(9_000));
  expect(long.length).toBe(LIMITS.content);
  expect(long).toContain('错');
});

test('it takes no time to look at letters that lead nowhere', () => {
  expect(mask(xml('<MsgType>text</MsgType>'), 'a.'.repeat(100_000)).length).toBeLessThanOrEqual(LIMITS.content);
});
