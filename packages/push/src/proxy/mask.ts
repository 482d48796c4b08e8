import { isFields, type PushFields, type PushValue, readDocument, writeDocument } from '@minilens/wechat/push/document';
import { type OpenedPush, openEncrypted, type PushKeys } from '@minilens/wechat/push/open-push';
import { LIMITS } from '@minilens/wire/limits';
import { cut } from '../report/delivery.js';

/** Elements that say what kind of a message it is. Shown while they look like the words the platform uses. */
const KINDS = new Set(['MsgType', 'Event', 'InfoType', 'CreateTime', 'Format', 'ArticleCount']);

/** Where somebody is. Nothing of it is shown. */
const PLACES = new Set(['Location_X', 'Location_Y', 'Latitude', 'Longitude', 'Precision', 'Label', 'Poiname']);

const KIND = /^[A-Za-z0-9_.-]{1,64}$/;
const HIDDEN = '***';

/** Of the message and of the answer together. The message has half at most. Unit: characters. */
const MESSAGE_LENGTH = LIMITS.content / 2;

/**
 * A message and its answer with everything masked that can name somebody: of ids the beginning is left, of addresses in
 * the web the host, of numbers nothing. What people wrote stays, but for those.
 *
 * @param message as it came, where it could not be read
 * @param answer undefined when it was longer than was kept
 */
export function maskDelivery(
  { push, message, answer }: { push: OpenedPush | undefined; message: Buffer; answer: Buffer | undefined },
  keys: PushKeys,
): string {
  const said = push === undefined ? maskDocument(message, keys) : maskFields(push.fields, push.format);
  const answered = answer === undefined ? '…' : maskDocument(answer, keys);
  return plain(cut(`${cut(said, MESSAGE_LENGTH)}\n\n${answered}`, LIMITS.content));
}

/** Without what JSON writes as six characters each: a full report must fit into one request. */
const plain = (text: string) => text.replace(/[^\P{Cc}\n\r\t]/gu, '').replace(/\p{Cs}/gu, '\uFFFD');

function maskDocument(body: Buffer, keys: PushKeys): string {
  const text = body.toString().trim();
  try {
    const { format, fields } = readDocument(text);
    const { Encrypt } = fields;
    if (typeof Encrypt !== 'string' || keys.encodingAesKey === undefined) return maskFields(fields, format);
    return maskFields(readDocument(openEncrypted(Encrypt, keys)).fields, format);
  } catch {
    return maskText(text);
  }
}

const maskFields = (fields: PushFields, format: OpenedPush['format']): string => {
  const masked = maskNamed(fields);
  try {
    return writeDocument(masked, format);
  } catch {
    // A name that XML does not write, be it masked or as it came.
    return JSON.stringify(masked);
  }
};

const maskNamed = (fields: PushFields): PushFields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [maskText(name), maskValue(name, value)]));

function maskValue(name: string, value: PushValue): PushValue {
  if (Array.isArray(value)) return value.map((one) => maskValue(name, one));
  if (isFields(value)) return maskNamed(value);
  if (value === null || typeof value === 'boolean') return value;
  const text = String(value);
  if (PLACES.has(name)) return HIDDEN;
  if (KINDS.has(name) && KIND.test(text)) return value;
  return maskText(text);
}

/** In this order: a part that is masked is no longer what a later rule looks for. No rule looks far back from where it is. */
const RULES: [what: RegExp, masked: (found: string) => string][] = [
  [/\b(?:https?|weixin):\/\/[^\s<>"'\]]+/gi, (url) => `${/^[^:]+:\/\/[^/?#@]*/.exec(url)?.[0] ?? HIDDEN}/${HIDDEN}`],
  [/[^\s<>"'@:,;，；：]{1,64}@[\w.-]{1,253}\.[A-Za-z]{2,}/g, () => `${HIDDEN}@${HIDDEN}`],
  // OpenIDs, ids of media, tickets, keys.
  [/[A-Za-z0-9_+/=-]{16,}/g, (id) => `${id.slice(0, 4).replace(/\d/g, '*')}…`],
  [/gh_[0-9a-f]+/g, () => 'gh_…'],
  [/[0-9０-９]{4,}/g, () => '****'],
  // Written in groups, as numbers of telephones and cards are.
  [/[0-9]{2,}(?:[-\s.()][0-9]{2,}){2,}/g, () => '****'],
];

/** Its beginning: no more of it would be shown. */
const maskText = (text: string): string =>
  RULES.reduce((masked, [what, by]) => masked.replace(what, by), cut(text, LIMITS.content));
