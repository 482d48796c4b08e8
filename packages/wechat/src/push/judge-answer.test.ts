import { expect, test } from 'vitest';
import { type PushFields, type PushFormat, writeDocument } from './document.js';
import { type AnswerFault, judgeAnswer } from './judge-answer.js';
import { readMessage } from './message.js';
import type { OpenedPush, PushKeys, PushMode } from './open-push.js';
import { replyTo } from './reply.js';
import { type Seal, sealReply } from './seal-push.js';
import { VECTORS } from './vectors.fixture.js';

const { keys } = VECTORS;
const seal: Seal = { ...keys, timestamp: 1713424427, nonce: '415670741', random: Buffer.from('707722b803182950') };
const received = {
  ToUserName: 'gh_x',
  FromUserName: 'openid',
  CreateTime: 1348831860,
  MsgType: 'text',
  Content: 'hi',
  MsgId: '1234567890123456',
};
const replies = replyTo(received, 1713424427);
const good = replies.text('hello');

const pushed = (mode: PushMode, format: PushFormat, fields: PushFields = received): OpenedPush => ({
  mode,
  format,
  fields,
  message: readMessage(fields),
});

interface Setting {
  mode?: PushMode;
  format?: PushFormat;
  push?: OpenedPush | undefined;
  keys?: PushKeys;
}

function judge(body: string | Buffer, { mode = 'plain', format = 'xml', ...setting }: Setting = {}) {
  const push = 'push' in setting ? setting.push : pushed(mode, format);
  return judgeAnswer({ status: 200, body: Buffer.from(body), push, keys, format, ...setting });
}

const reasonOf = (...args: Parameters<typeof judge>): AnswerFault | 'ok' => {
  const judged = judge(...args);
  return judged.outcome === 'invalid_response' ? judged.reason : (judged.outcome as 'ok');
};

const asXml = (fields: PushFields) => writeDocument(fields, 'xml');
const xml = (elements: string) =>
  `<xml><ToUserName>openid</ToUserName><FromUserName>gh_x</FromUserName><CreateTime>1713424427</CreateTime>${elements}</xml>`;
const xmlText = (content: string) => xml(`<MsgType>text</MsgType>${content}`);
const sealed = (fields: PushFields, format: PushFormat = 'xml', own: Partial<Seal> = {}) =>
  sealReply(writeDocument(fields, format), { ...seal, ...own }, format);
const without = (name: string, fields: PushFields): PushFields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

const GOOD_REPLIES: [string, PushFields][] = [
  ['text', good],
  ['image', replies.image('m')],
  ['voice', replies.voice('m')],
  ['video', replies.video('m', { title: 't' })],
  ['music', replies.music({ url: 'http://m', thumbMediaId: 't' })],
  ['news', replies.news([{ title: 't', description: 'd', picUrl: 'http://p', url: 'http://u' }])],
  ['transfer to customer service', replies.transferCustomerService()],
  ['transfer to one of customer service', replies.transferCustomerService('kf@gh_x')],
];

test.each(
  GOOD_REPLIES.flatMap(([name, reply]) =>
    (['xml', 'json'] as const).flatMap((format) => [
      [name, 'plain', format, writeDocument(reply, format)] as const,
      [name, 'compatible', format, writeDocument(reply, format)] as const,
      [name, 'compatible', format, sealed(reply, format)] as const,
      [name, 'safe', format, sealed(reply, format)] as const,
    ]),
  ),
)('a reply that is %s, in %s mode as %s, is valid', (_name, mode, format, body) => {
  expect(judge(body, { mode, format })).toEqual({ outcome: 'ok' });
});

test.each<[string, string | Buffer, Setting]>([
  ['`success`', 'success', {}],
  ['`success` in safe mode', 'success', { mode: 'safe' }],
  ['`success` where JSON is configured', 'success', { format: 'json' }],
  ['`success` with a line break', 'success\n', {}],
  ['nothing', '', {}],
  ['nothing in safe mode', '', { mode: 'safe' }],
  ['whitespace around the values', xmlText('<Content>\n  hello\n</Content>').replaceAll('>openid<', '> openid\n<'), {}],
  ['whitespace within CDATA of an address', asXml({ ...good, ToUserName: ' openid ' }), {}],
  ['milliseconds as CreateTime', asXml({ ...good, CreateTime: 1713424427123 }), {}],
  ['digits as CreateTime', writeDocument({ ...good, CreateTime: '1713424427' }, 'json'), { format: 'json' }],
  ['the CreateTime of the documentation', asXml({ ...good, CreateTime: 12345678 }), {}],
  ['a declaration', `<?xml version="1.0" encoding="UTF-8"?>\n${asXml(good)}`, {}],
  ['a byte order mark', `\uFEFF${asXml(good)}`, {}],
  ['a text that is a number', asXml(replies.text('0')), {}],
  ['HTML as text', asXml(replies.text('<a href="https://shop.example">here</a>')), {}],
  [
    'a list of articles in JSON',
    writeDocument({ ...replies.news([]), ArticleCount: 1, Articles: [{ Title: 't' }] }, 'json'),
    { format: 'json' },
  ],
  ['a transfer to the AI of the account', asXml({ ...good, MsgType: 'transfer_biz_ai_ivr' }), {}],
  ['what an event in JSON is answered with', '{"demo_resp":"good luck"}', { format: 'json' }],
  ['the same in safe mode', VECTORS.reply.body, { mode: 'safe', format: 'json' }],
  [
    'an encrypted reply without a key to open it',
    sealed(replies.text('')),
    { mode: 'safe', keys: { token: keys.token } },
  ],
  ['an encrypted reply to who knows what', sealed(good), { push: undefined, keys: {} }],
  ['a reply to who knows whom', asXml({ ...good, ToUserName: 'someone' }), { push: undefined }],
  ['a reply to an event from nobody', asXml(good), { push: pushed('plain', 'xml', { MsgType: 'event', Event: 'e' }) }],
])('%s is valid', (_name, body, setting) => {
  expect(judge(body, setting)).toEqual({ outcome: 'ok' });
});

test.each<[AnswerFault, string, string | Buffer, Setting]>([
  ['quoted_success', 'as JSON', '"success"', {}],
  ['quoted_success', 'in single quotes', "'success'\n", { format: 'json' }],
  ['html', 'of an error', '<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>', {}],
  ['html', 'without a document type', '\n<html><head><title>404</title></head></html>', { format: 'json' }],
  ['html', 'with a comment', '<!-- proxy --><html></html>', {}],
  ['html', 'of XHTML', '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x"><html/>', {}],
  ['html', 'of a warning before the reply', `<br />\n<b>Warning</b>: Undefined index<br />${asXml(good)}`, {}],
  ['html', 'in safe mode', '<html></html>', { mode: 'safe' }],
  ['text', 'of a framework', 'ok', {}],
  ['text', 'in capitals', 'SUCCESS', {}],
  ['text', 'of nothing but a line break', '\n', {}],
  ['text', 'of nothing but a byte order mark', '\uFEFF', {}],
  ['text', 'before the reply', `Notice: x\n${asXml(good)}`, {}],
  ['text', 'that is encrypted', sealReply('success', seal, 'xml'), { mode: 'safe' }],
  ['json_for_xml', 'as reply', writeDocument(good, 'json'), {}],
  ['json_for_xml', 'as error', '{"timestamp":"2026-11-22","status":500}', {}],
  ['json_for_xml', 'within XML', sealReply(writeDocument(good, 'json'), seal, 'xml'), { mode: 'safe' }],
  ['xml_for_json', 'as reply', asXml(good), { format: 'json' }],
  ['malformed', 'XML that is cut', asXml(good).slice(0, -3), {}],
  ['malformed', 'XML with another root', asXml(good).replaceAll('xml>', 'reply>'), {}],
  ['malformed', 'XML with a bare ampersand', xmlText('<Content>you & me</Content>'), {}],
  ['malformed', 'XML with a link that is not text', xmlText('<Content>see <a href="x">this</a></Content>'), {}],
  ['malformed', 'JSON', '{"MsgType":"text",}', { format: 'json' }],
  ['malformed', 'JSON that is a list', '[]', { format: 'json' }],
  ['malformed', 'another encoding', Buffer.from(asXml(replies.text('\u00e9')), 'latin1'), {}],
  ['malformed', 'XML that is encrypted', sealReply('<xml><a></xml>', seal, 'xml'), { mode: 'safe' }],
  ['not_swapped', 'at all', asXml({ ...good, ToUserName: 'gh_x', FromUserName: 'openid' }), {}],
  ['not_swapped', 'to another user', asXml({ ...good, ToUserName: 'OPENID' }), {}],
  ['not_swapped', 'from another account', asXml({ ...good, FromUserName: 'gh_y' }), {}],
  ['not_swapped', 'and encrypted', sealed({ ...good, ToUserName: 'another' }), { mode: 'safe' }],
  ['missing_field', 'ToUserName', asXml(without('ToUserName', good)), {}],
  ['missing_field', 'FromUserName', asXml({ ...good, FromUserName: '' }), {}],
  ['missing_field', 'CreateTime', asXml(without('CreateTime', good)), {}],
  ['missing_field', 'MsgType', asXml(without('MsgType', good)), {}],
  ['missing_field', 'MsgType in another spelling', asXml({ ...without('MsgType', good), msgType: 'text' }), {}],
  ['missing_field', 'everything', '<xml></xml>', {}],
  ['missing_field', 'Content', asXml(without('Content', good)), {}],
  ['missing_field', 'Image', asXml(without('Image', replies.image('m'))), {}],
  ['missing_field', 'MediaId of an image', asXml(replies.image('')), {}],
  ['missing_field', 'MediaId of a voice beside it', asXml({ ...good, MsgType: 'voice', MediaId: 'm' }), {}],
  ['missing_field', 'Video', writeDocument(without('Video', replies.video('m')), 'json'), { format: 'json' }],
  ['missing_field', 'Music', asXml(without('Music', replies.music({ url: 'u', thumbMediaId: 't' }))), {}],
  ['missing_field', 'Articles', asXml(replies.news([])), {}],
  ['missing_field', 'ArticleCount', asXml(without('ArticleCount', GOOD_REPLIES[5]?.[1] as PushFields)), {}],
  ['missing_field', 'MsgSignature', sealed(good).replace(/<MsgSignature>.*<\/MsgSignature>/, ''), { mode: 'safe' }],
  ['missing_field', 'Nonce', sealed(good, 'json').replace(/,"Nonce":"\d+"/, ''), { mode: 'safe', format: 'json' }],
  ['missing_field', 'MsgType, which is encrypted in plaintext mode', sealed(good), {}],
  ['missing_field', 'MsgType, which is encrypted twice', sealReply(sealed(good), seal, 'xml'), { mode: 'safe' }],
  ['unknown_type', 'of its own', asXml({ ...good, MsgType: 'markdown' }), {}],
  ['unknown_type', 'of a message', asXml({ ...good, MsgType: 'event' }), {}],
  ['unknown_type', 'that every object has', asXml({ ...good, MsgType: 'toString' }), {}],
  ['empty_content', 'in CDATA', asXml(replies.text('')), {}],
  ['empty_content', 'of nothing but whitespace', xmlText('<Content>\n</Content>'), {}],
  ['empty_content', 'in JSON', writeDocument(replies.text(''), 'json'), { format: 'json' }],
  ['empty_content', 'and encrypted', sealed(replies.text('')), { mode: 'compatible' }],
  ['bad_create_time', 'in brackets', asXml({ ...good, CreateTime: '[1713424427]' }), {}],
  [
    'bad_create_time',
    'as a list of JSON',
    writeDocument({ ...good, CreateTime: [1713424427] }, 'json'),
    { format: 'json' },
  ],
  ['bad_create_time', 'with a fraction', asXml({ ...good, CreateTime: 1713424427.5 }), {}],
  ['bad_create_time', 'as a date', asXml({ ...good, CreateTime: '2026-11-22 12:00:00' }), {}],
  ['bad_create_time', 'that is empty', asXml({ ...good, CreateTime: '' }), {}],
  ['not_encrypted', 'in safe mode', asXml(good), { mode: 'safe' }],
  ['not_encrypted', 'in safe mode as JSON', '{"demo_resp":"good luck"}', { mode: 'safe', format: 'json' }],
  ['wrong_signature', 'by another token', sealed(good, 'xml', { token: 'AAAAB' }), { mode: 'safe' }],
  ['wrong_signature', 'of another nonce', sealed(good).replace('415670741', '415670742'), { mode: 'safe' }],
  [
    'wrong_signature',
    'that cannot be read',
    sealed(good, 'xml', { token: 'B' }),
    { push: undefined, keys: { token: 'A' } },
  ],
  ['undecryptable', 'by another key', sealed(good, 'xml', { encodingAesKey: 'B'.repeat(43) }), { mode: 'safe' }],
  ['wrong_appid', 'of another app', sealed(good, 'xml', { appid: 'wx0123456789abcdef' }), { mode: 'safe' }],
])('%s: %s', (reason, _name, body, setting) => {
  const judged = judge(body, setting);
  expect(judged).toEqual({
    outcome: 'invalid_response',
    reason,
    words: expect.stringMatching(/^[A-Z].*: .*\.$|`success`\.$/),
  });
});

test('an answer that is too long, or not 200, is told', () => {
  const context = { push: pushed('plain', 'xml'), keys, format: 'xml' } as const;
  expect(judgeAnswer({ status: 200, body: undefined, ...context })).toMatchObject({ reason: 'too_long' });
  for (const status of [204, 302, 404, 500])
    expect(judgeAnswer({ status, body: Buffer.from('success'), ...context })).toEqual({
      outcome: 'bad_status',
      words: expect.stringContaining(String(status)),
    });
});

test('what is told to a service provider takes `success` and nothing else', () => {
  const push = pushed('safe', 'xml', { AppId: keys.appid, InfoType: 'authorized', CreateTime: 1 });
  expect(reasonOf('success', { push })).toBe('ok');
  expect(reasonOf('"success"', { push })).toBe('quoted_success');
  for (const body of ['', 'ok', sealed(good)]) expect(reasonOf(body, { push })).toBe('text');
});

test('words tell nothing of the reply', () => {
  const secret = 'secret';
  for (const body of [
    secret,
    asXml({ ...good, MsgType: secret }),
    asXml({ ...good, ToUserName: secret }),
    asXml({ ...good, CreateTime: secret }),
    `<${secret}/>`,
  ]) {
    const judged = judge(body);
    expect(judged.outcome).toBe('invalid_response');
    expect(JSON.stringify(judged)).not.toContain(secret);
  }
});
