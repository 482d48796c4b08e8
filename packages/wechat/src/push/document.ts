import { XMLParser } from 'fast-xml-parser';
import { PushError } from './push-error.js';

export const PUSH_FORMATS = ['xml', 'json'] as const;
export type PushFormat = (typeof PUSH_FORMATS)[number];

/** Values read from XML are strings, arrays and fields. */
export type PushValue = string | number | boolean | null | PushValue[] | PushFields;
export type PushFields = { [name: string]: PushValue };

/**
 * Of a message or a reply. Real ones have some thousand, and even the most laborious of this length is read in a moment.
 * Unit: characters. Source: our choice.
 */
const MAX_LENGTH = 131_072;

/** Elements or objects within each other. News have four. Source: our choice. */
const MAX_DEPTH = 16;

const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }),
);

/** Knows what XML itself defines and nothing else: there are no document types, so there is nothing to expand. */
const entityDecoder = {
  decode: (text: string) =>
    text.replace(/&([^;]*);/g, (_entity, name: string) => ENTITIES.get(name) ?? character(name)),
  addInputEntities: () => {
    throw new Error('A document type is not taken');
  },
  setExternalEntities: () => {},
  setXmlVersion: () => {},
  reset: () => {},
};

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  isArray: (name) => name === 'item',
  entityDecoder,
  maxNestedTags: MAX_DEPTH,
});

/**
 * The fields of a message or reply, in the format that its first character says. Whitespace around it and around the
 * values of XML does not count. An integer in JSON that a number here does not hold, as some a MsgId, comes as a string
 * of its digits.
 *
 * @throws PushError `malformed`.
 */
export function readDocument(text: string): { format: PushFormat; fields: PushFields } {
  if (text.length > MAX_LENGTH) throw malformed(`it is longer than ${MAX_LENGTH} characters`);
  const document = text.trim();
  try {
    if (document.startsWith('<')) return { format: 'xml', fields: readXml(document) };
    if (document.startsWith('{')) return { format: 'json', fields: readJson(document) };
  } catch (cause) {
    throw cause instanceof PushError ? cause : malformed('its syntax is broken', cause);
  }
  throw malformed('it begins like neither');
}

/** The way the platform writes: text in CDATA, numbers bare, and everything in `<xml>`. */
export const writeDocument = (fields: PushFields, format: PushFormat): string =>
  format === 'json' ? writeJson(fields) : `<xml>${writeElements(fields)}</xml>`;

/**
 * All of a message in safe mode, as the platform writes it. A proxy lets its sender wait for this, and matching takes a
 * tenth of what parsing does. There is nothing else in it that a parser could read differently.
 */
const ENVELOPE =
  /^<xml>\s*<ToUserName><!\[CDATA\[([\w@.-]*)\]\]><\/ToUserName>\s*<Encrypt><!\[CDATA\[([A-Za-z0-9+/]+=*)\]\]><\/Encrypt>\s*<\/xml>$/;

function readXml(document: string): PushFields {
  const [, ToUserName, Encrypt] = ENVELOPE.exec(document) ?? [];
  if (ToUserName !== undefined && Encrypt !== undefined) return { ToUserName, Encrypt };
  const { xml } = parser.parse(document, true) as { xml?: PushValue };
  if (xml === '') return {};
  if (!isFields(xml)) throw malformed('its root is not one <xml> with elements');
  return xml;
}

function readJson(document: string): PushFields {
  const fields = JSON.parse(document) as PushFields;
  if (isDeeper(fields, MAX_DEPTH)) throw malformed(`it is nested deeper than ${MAX_DEPTH}`);
  return /\d{16}/.test(document) ? (JSON.parse(quoteLongIntegers(document)) as PushFields) : fields;
}

/** Strings are matched as well, so that digits in them are left alone. What it is given is valid. */
const quoteLongIntegers = (json: string) =>
  json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g, (token) =>
    /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));

export const isFields = (value: PushValue | undefined): value is PushFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where text belongs; what holds others is none. */
export const textOf = (value: PushValue | undefined): string =>
  value === null || value === undefined || typeof value === 'object' ? '' : String(value);

function character(reference: string): string {
  const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(reference) ?? [];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  const isAllowed = code >= 0x20 || code === 0x9 || code === 0xa || code === 0xd;
  if (!isAllowed || (code >= 0xd800 && code <= 0xdfff)) throw new Error('An entity that XML does not know');
  return String.fromCodePoint(code);
}

/** A MsgId has 64 bits, more than a number here: it may be given as a string of digits and is written as a number. */
const isBare = (name: string, value: string) => name === 'MsgId' && /^\d+$/.test(value);

const writeJson = (fields: PushFields) => JSON.stringify(fields).replace(/"MsgId":"(\d+)"/g, '"MsgId":$1');

const writeElements = (fields: PushFields): string =>
  Object.entries(fields)
    .map(([name, value]) => writeElement(name, value))
    .join('');

function writeElement(name: string, value: PushValue): string {
  if (!/^[A-Za-z_][\w.-]*$/.test(name))
    throw new TypeError(`${JSON.stringify(name)} cannot be the name of an element.`);
  if (Array.isArray(value)) return value.map((one) => writeElement(name, one)).join('');
  return `<${name}>${writeValue(name, value)}</${name}>`;
}

function writeValue(name: string, value: Exclude<PushValue, PushValue[]>): string {
  if (typeof value === 'string') return isBare(name, value) ? value : cdata(value);
  if (isFields(value)) return writeElements(value);
  return String(value ?? '');
}

/** What would end the section is put into two. */
const cdata = (text: string) => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

const malformed = (why: string, cause?: unknown) =>
  new PushError('malformed', `Not XML or JSON of message push: ${why}.`, cause);
