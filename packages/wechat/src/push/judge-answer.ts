import { isFields, type PushFields, type PushFormat, readDocument, textOf } from './document.js';
import { type OpenedPush, openEncrypted, type PushKeys } from './open-push.js';
import { PushError } from './push-error.js';
import { isSignedBy } from './signature.js';

/** What the platform finds wrong with an answer, and how it is put right. Nothing of the message is in the words. */
const FAULTS = {
  quoted_success: 'The answer is “success” within quotes: send the seven letters as text, not as JSON.',
  html: 'The answer is HTML, as of an error page: send `success`, nothing at all, or a passive reply.',
  text: 'The answer is text that is no reply: send exactly `success`, nothing at all, or a passive reply.',
  json_for_xml: 'The answer is JSON, though XML is configured: reply in XML, or set JSON in the WeChat console.',
  xml_for_json: 'The answer is XML, though JSON is configured: reply in JSON, or set XML in the WeChat console.',
  malformed: 'The reply cannot be parsed: make it with an XML or JSON library, in UTF-8, text within CDATA.',
  not_swapped:
    'The reply does not swap the addresses: its ToUserName must be the FromUserName of the message, and the other way round.',
  missing_field: 'A field of the reply is missing: put it in.',
  unknown_type:
    'The MsgType of the reply is none: use text, image, voice, video, music, news or transfer_customer_service.',
  empty_content: 'The Content of the reply is empty: if there is nothing to say, answer `success`.',
  bad_create_time: 'The CreateTime of the reply is no time: send the seconds since 1970 as digits.',
  not_encrypted: 'The reply is not encrypted, though message push is in safe mode: encrypt and sign it.',
  wrong_signature:
    'The MsgSignature of the reply is wrong: sign the token with the TimeStamp, Nonce and Encrypt of the reply itself.',
  undecryptable: 'The reply does not decrypt: encrypt it with the EncodingAESKey of the WeChat console.',
  wrong_appid: 'The reply is encrypted for another AppID: encrypt it for the one the message was encrypted for.',
  too_long: 'The answer is longer than any passive reply: send `success`, nothing at all, or a passive reply.',
} as const;

export type AnswerFault = keyof typeof FAULTS;

/** `words`: what is wrong and what to do, for whoever runs the server. */
export type Judgement =
  | { outcome: 'ok' }
  | { outcome: 'bad_status'; reason?: undefined; words: string }
  | { outcome: 'invalid_response'; reason: AnswerFault; words: string };

export interface Answer {
  status: number;
  /** Undefined: longer than was kept of it. */
  body: Uint8Array | undefined;
  /** Undefined: what was pushed is encrypted and there is no key, or it is unreadable. The reply is taken by its looks. */
  push: OpenedPush | undefined;
  keys: PushKeys;
  /** As configured. */
  format: PushFormat;
}

type Context = Omit<Answer, 'status' | 'body'>;
type Fault = { reason: AnswerFault; words: string };

/** Types of a passive reply, each with what it must have beside its addresses. */
const CONTENTS: { [msgType: string]: (fields: PushFields) => Fault | undefined } = {
  text: ({ Content }) => {
    if (Content === undefined) return missing('Content');
    if (typeof Content === 'object' && Content !== null)
      return fault('malformed', 'The Content of the reply holds elements: put the text within CDATA.');
    return textOf(Content) === '' ? fault('empty_content') : undefined;
  },
  image: ({ Image }) => mediaIn('Image', Image),
  voice: ({ Voice }) => mediaIn('Voice', Voice),
  video: ({ Video }) => mediaIn('Video', Video),
  music: ({ Music }) => (isFields(Music) ? undefined : missing('Music')),
  news: ({ ArticleCount, Articles }) => {
    const articles = isFields(Articles) ? Articles.item : Articles;
    if (!Array.isArray(articles) || !articles.every(isFields) || articles.length === 0) return missing('Articles');
    return /^\d+$/.test(textOf(ArticleCount).trim()) ? undefined : missing('ArticleCount');
  },
  transfer_customer_service: () => undefined,
  transfer_biz_ai_ivr: () => undefined,
};

/** Whether the platform takes an answer as a success: 200 with `success`, with nothing, or with a valid passive reply. */
export function judgeAnswer({ status, body, ...context }: Answer): Judgement {
  if (status !== 200)
    return { outcome: 'bad_status', words: `The answer has the HTTP status ${status}: only 200 is a success.` };
  const found = body === undefined ? fault('too_long') : faultOfBody(body, context);
  return found === undefined ? { outcome: 'ok' } : { outcome: 'invalid_response', ...found };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function faultOfBody(body: Uint8Array, context: Context): Fault | undefined {
  const isComponent = context.push?.message.kind === 'component';
  if (body.length === 0 && !isComponent) return undefined;
  let answer: string;
  try {
    answer = utf8.decode(body).trim();
  } catch {
    return fault('malformed');
  }
  if (answer === 'success') return undefined;
  if (/^(["'])success\1$/.test(answer)) return fault('quoted_success');
  if (isHtml(answer)) return fault('html');
  if (isComponent) return fault('text', 'A service provider answers this with the bare text `success`.');
  return faultOfDocument(answer, context);
}

/** Of a reply as it is sent, or once more as it was encrypted. */
function faultOfDocument(document: string, context: Context, wasEncrypted = false): Fault | undefined {
  const { push, format } = context;
  const sentFormat = formatOf(document);
  if (sentFormat === undefined) return fault('text');
  if (sentFormat !== format) return fault(sentFormat === 'json' ? 'json_for_xml' : 'xml_for_json');
  let fields: PushFields;
  try {
    ({ fields } = readDocument(document));
  } catch {
    return fault('malformed');
  }
  if (fields.Encrypt !== undefined && !wasEncrypted) return faultOfEncrypted(fields, context);
  if (push?.mode === 'safe' && !wasEncrypted) return fault('not_encrypted');
  return faultOfReply(fields, context);
}

function faultOfEncrypted(fields: PushFields, context: Context): Fault | undefined {
  const { push, keys } = context;
  if (push?.mode === 'plain')
    return fault(
      'missing_field',
      'The reply is encrypted, though message push is in plaintext mode: send it as it is.',
    );
  const absent = ['Encrypt', 'MsgSignature', 'TimeStamp', 'Nonce'].find((name) => textOf(fields[name]) === '');
  if (absent !== undefined) return missing(absent);
  const [encrypted, signature, timestamp, nonce] = ['Encrypt', 'MsgSignature', 'TimeStamp', 'Nonce'].map((name) =>
    textOf(fields[name]).trim(),
  ) as [string, string, string, string];
  if (keys.token !== undefined && !isSignedBy(signature, keys.token, timestamp, nonce, encrypted))
    return fault('wrong_signature');
  if (keys.encodingAesKey === undefined) return undefined;
  let reply: string;
  try {
    reply = openEncrypted(encrypted, keys);
  } catch (error) {
    return fault(error instanceof PushError && error.code === 'wrong_appid' ? 'wrong_appid' : 'undecryptable');
  }
  return faultOfDocument(reply.trim(), context, true);
}

function faultOfReply(fields: PushFields, { push, format }: Context): Fault | undefined {
  // What answers an event in JSON has fields of that event's own, and none of a reply to a user.
  if (format === 'json' && fields.MsgType === undefined) return undefined;
  const text = (name: string) => textOf(fields[name]).trim();
  const absent = ['ToUserName', 'FromUserName', 'MsgType'].find((name) => text(name) === '');
  if (absent !== undefined) return missing(absent);
  if (fields.CreateTime === undefined) return missing('CreateTime');
  if (!isSwapped(text('ToUserName'), text('FromUserName'), push)) return fault('not_swapped');
  // Milliseconds are taken too: there are libraries that send nothing else.
  if (!/^\d{1,13}$/.test(text('CreateTime'))) return fault('bad_create_time');
  const faultOfContent = Object.hasOwn(CONTENTS, text('MsgType')) ? CONTENTS[text('MsgType')] : undefined;
  return faultOfContent === undefined ? fault('unknown_type') : faultOfContent(fields);
}

/** Some events are from nobody. */
function isSwapped(to: string, from: string, push: OpenedPush | undefined): boolean {
  if (push === undefined || push.message.kind === 'component') return true;
  const { ToUserName, FromUserName } = push.message;
  return (FromUserName === '' || to === FromUserName) && (ToUserName === '' || from === ToUserName);
}

function formatOf(document: string): PushFormat | undefined {
  if (document.startsWith('<')) return 'xml';
  return document.startsWith('{') || document.startsWith('[') ? 'json' : undefined;
}

/** Pages, and what PHP prints before anything else. */
const isHtml = (answer: string) =>
  /^(?:<\?xml[^>]*>\s*)?<(?:!doctype|html|head|title|body|h\d|p|pre|b|br|div|center|font|script)\b/i.test(answer) ||
  (answer.startsWith('<!--') && /<html\b/i.test(answer));

const mediaIn = (name: string, media: PushFields[string] | undefined) =>
  isFields(media) && textOf(media.MediaId).trim() !== '' ? undefined : missing(`${name} with its MediaId`);

const missing = (name: string) =>
  fault('missing_field', `The reply has no ${name}: put it in, in exactly this spelling.`);

const fault = (reason: AnswerFault, words: string = FAULTS[reason]): Fault => ({ reason, words });
