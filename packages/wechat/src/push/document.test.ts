import { expect, test } from 'vitest';
import { type PushFields, readDocument, writeDocument } from './document.js';

test.each<[string, string, PushFields]>([
  ['text in CDATA as it is', '<xml><a><![CDATA[ x &lt; <b>\n]]></a></xml>', { a: ' x &lt; <b>\n' }],
  ['bare text without its whitespace', '<xml><a>\n  1 &lt; 2 &amp;&quot;&apos;&gt; \n</a></xml>', { a: '1 < 2 &"\'>' }],
  ['CDATA within whitespace', '<xml>\n <a> <![CDATA[x]]> </a>\n</xml>', { a: 'x' }],
  ['two sections of CDATA as one text', '<xml><a><![CDATA[a]]]]><![CDATA[>b]]></a></xml>', { a: 'a]]>b' }],
  ['characters by their number', '<xml><a>&#20320;&#x597D;&#10;&#x1F600;</a></xml>', { a: '你好\n😀' }],
  [
    'what looks like a number as text',
    '<xml><a>0012</a><b>1e3</b><c>true</c></xml>',
    { a: '0012', b: '1e3', c: 'true' },
  ],
  ['an empty element as empty text', '<xml><a></a><b/><c><![CDATA[]]></c></xml>', { a: '', b: '', c: '' }],
  ['no elements', '<xml></xml>', {}],
  ['elements within elements', '<xml><a><b>1</b></a></xml>', { a: { b: '1' } }],
  ['one item as a list', '<xml><a><item><b>1</b></item></a></xml>', { a: { item: [{ b: '1' }] } }],
  ['elements of one name as a list', '<xml><a>1</a><a>2</a></xml>', { a: ['1', '2'] }],
  ['no attributes', '<xml x="1"><a y="2">1</a></xml>', { a: '1' }],
  [
    'a declaration, comments and whitespace',
    '\uFEFF\n<?xml version="1.0"?><!-- c --><xml><a>1</a></xml>\n',
    { a: '1' },
  ],
  ['a document type as a text', '<xml><a><![CDATA[<!DOCTYPE x>]]></a></xml>', { a: '<!DOCTYPE x>' }],
  ['JSON', '\uFEFF {"a":1,"b":{"c":[true,null,"x"]}} ', { a: 1, b: { c: [true, null, 'x'] } }],
  [
    'long integers of JSON as digits',
    '{"MsgId":7345678901234567890,"b":[-7345678901234567891],"c":9007199254740991,"d":"\\"1234567890123456789","e":0.2500000000000000000,"f":10000000000000000e1}',
    {
      MsgId: '7345678901234567890',
      b: ['-7345678901234567891'],
      c: 9007199254740991,
      d: '"1234567890123456789',
      e: 0.25,
      f: 1e17,
    },
  ],
])('it reads %s', (_name, text, fields) => {
  expect(readDocument(text).fields).toEqual(fields);
});

test.each([
  ['nothing', ''],
  ['text', 'success'],
  ['a list', '[1]'],
  ['a string', '"success"'],
  ['broken JSON', '{"a":1'],
  ['broken XML', '<xml><a>1</xml>'],
  ['cut XML', '<xml><a>1</a>'],
  ['another root', '<html><a>1</a></html>'],
  ['a root with text', '<xml>text</xml>'],
  ['two roots', '<xml><a>1</a></xml><xml><a>1</a></xml>'],
  ['text behind the root', '<xml><a>1</a></xml> x'],
  ['an ampersand', '<xml><a>1 & 2</a></xml>'],
  ['an entity of its own', '<!DOCTYPE xml [<!ENTITY e "text">]><xml><a>&e;</a></xml>'],
  ['an entity of a file', '<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/hostname">]><xml><a>&e;</a></xml>'],
  ['a document type', '<!DOCTYPE xml><xml><a>1</a></xml>'],
  ['an entity that nobody knows', '<xml><a>&nbsp;</a></xml>'],
  ['a character that XML does not have', '<xml><a>&#0;</a></xml>'],
  ['half a character', '<xml><a>&#xD83D;</a></xml>'],
  ['a number beyond all characters', '<xml><a>&#x110000;</a></xml>'],
  ['deep XML', `<xml>${'<a>'.repeat(40)}1${'</a>'.repeat(40)}</xml>`],
  ['deep JSON', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`],
  ['very deep JSON', `{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}`],
  ['a long document', `<xml><a>${'x'.repeat(131_072)}</a></xml>`],
])('it refuses %s', (_name, text) => {
  expect(() => readDocument(text)).toThrow(expect.objectContaining({ code: 'malformed' }));
});

test('names of the language itself change nothing', () => {
  expect(Object.keys(readDocument('{"__proto__":{"MsgType":"text"},"constructor":1}').fields)).toEqual([
    '__proto__',
    'constructor',
  ]);
  expect(() => readDocument('<xml><__proto__><MsgType>text</MsgType></__proto__></xml>')).toThrow('syntax');
  expect(({} as PushFields).MsgType).toBeUndefined();
});

test('it writes as the platform does', () => {
  const fields = {
    ToUserName: 'gh_x',
    CreateTime: 1348831860,
    Content: '123 ]]> & <b>',
    MsgId: '7345678901234567890',
    Articles: { item: [{ Title: 'a' }, { Title: '' }] },
    flag: true,
    nothing: null,
  };
  expect(writeDocument(fields, 'xml')).toBe(
    '<xml><ToUserName><![CDATA[gh_x]]></ToUserName><CreateTime>1348831860</CreateTime><Content><![CDATA[123 ]]]]><![CDATA[> & <b>]]></Content><MsgId>7345678901234567890</MsgId><Articles><item><Title><![CDATA[a]]></Title></item><item><Title><![CDATA[]]></Title></item></Articles><flag>true</flag><nothing></nothing></xml>',
  );
  expect(writeDocument(fields, 'json')).toBe(
    '{"ToUserName":"gh_x","CreateTime":1348831860,"Content":"123 ]]> & <b>","MsgId":7345678901234567890,"Articles":{"item":[{"Title":"a"},{"Title":""}]},"flag":true,"nothing":null}',
  );
  expect(readDocument(writeDocument(fields, 'json')).fields).toEqual(fields);
});

test('a text cannot pass for a number or an element', () => {
  const text = '","MsgId":"1","x":"</Content><MsgId>1</MsgId>';
  for (const format of ['xml', 'json'] as const)
    expect(readDocument(writeDocument({ Content: text }, format)).fields).toEqual({ Content: text });
  expect(() => writeDocument({ 'a><b': 'x' }, 'xml')).toThrow('cannot be the name of an element');
});
