import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type ContentAlgorithm, decrypt, encrypt, type SymmetricKey } from './content-cipher.js';
import { messageOf, type Random, type Scope } from './envelope.js';
import { openRequest, sealRequest } from './request.js';
import { openResponse, sealResponse } from './response.js';
import { createSealer } from './sealer.js';
import { algorithmOf, sign, verify } from './signature.js';
import { BY_AES_AND_RSA, BY_SM4_AND_SM2, DOCUMENTED } from './vectors.fixture.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const sm2 = generateKeyPairSync('ec', { namedCurve: 'SM2' });

/** Keys read from PEM, which Node does not treat as those it made itself. */
function fromFile({ privateKey, publicKey }: typeof sm2): typeof sm2 {
  return {
    privateKey: createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
  };
}

const bytes = (base64: string) => Buffer.from(base64, 'base64');
const symmetricOf = ({ symmetric }: Vector): SymmetricKey => ({ ...symmetric, key: bytes(symmetric.key) });
const signerOf = ({ serial, pem }: { serial: string; pem: string }) => ({ serial, key: createPublicKey(pem) });

type Vector = typeof DOCUMENTED | typeof BY_AES_AND_RSA | typeof BY_SM4_AND_SM2;
const VECTORS = [
  ['the documented example', DOCUMENTED],
  ['AES and RSA', BY_AES_AND_RSA],
  ['SM4 and SM2', BY_SM4_AND_SM2],
] as const satisfies [string, Vector][];

describe.each<[string, Vector]>([...VECTORS])('%s', (_name, vector) => {
  const { urlpath, appid, request } = vector;
  const symmetric = symmetricOf(vector);
  const signer = signerOf(request.signer);
  const received = {
    appid,
    timestamp: request.timestamp,
    signature: request.signature,
    body: Buffer.from(request.body),
  };

  test('opens with every part of it', () => {
    expect(openRequest(received, { urlpaths: [urlpath], symmetrics: [symmetric], signers: [signer] })).toEqual({
      object: request.content,
      urlpath,
      symmetric,
      message: messageOf({ urlpath, appid, timestamp: request.timestamp }, received.body),
    });
  });

  test('is encrypted again to the same bytes', () => {
    const sent = JSON.parse(request.body) as Record<'iv' | 'data' | 'authtag', string>;
    const aad = Buffer.from(`${urlpath}|${appid}|${request.timestamp}|${symmetric.serial}`);
    const again = encrypt(symmetric, bytes(sent.iv), aad, Buffer.from(request.content));
    expect([again.data, again.tag].map((part) => Buffer.from(part).toString('base64'))).toEqual([
      sent.data,
      sent.authtag,
    ]);
  });

  test('has another meaning with any part changed, so it is refused', () => {
    const known = { urlpaths: [urlpath], symmetrics: [symmetric], signers: [signer] };
    const changedKey = { ...symmetric, key: symmetric.key.map((byte) => byte ^ 1) };
    const stranger = { ...signer, key: algorithmOf(signer.key) === 'SM2withSM3' ? sm2.publicKey : rsa.publicKey };
    expect([
      openRequest({ ...received, appid: 'wx00000000000000ff' }, known),
      openRequest({ ...received, timestamp: received.timestamp + 1 }, known),
      openRequest({ ...received, body: Buffer.from(`${request.body} `) }, known),
      openRequest({ ...received, signature: '' }, known),
      openRequest({ ...received, signature: 'AAAA' }, known),
      openRequest(received, { ...known, urlpaths: [`${urlpath}/`] }),
      openRequest(received, { ...known, signers: [stranger] }),
      openRequest(received, { ...known, signers: [] }),
      openRequest(received, { ...known, symmetrics: [changedKey] }),
      openRequest(received, { ...known, symmetrics: [{ ...symmetric, serial: 'x' }] }),
      openRequest(received, { ...known, symmetrics: [] }),
    ]).toEqual([...Array(8).fill('signature'), ...Array(3).fill('content')]);
  });

  test('is found among several URLs and keys', () => {
    const known = {
      urlpaths: ['http://127.0.0.1:8321/x', urlpath],
      symmetrics: [{ ...symmetric, key: symmetric.key.map((byte) => byte ^ 1) }, symmetric],
      signers: [{ serial: 'other', key: rsa.publicKey }, { serial: 'other', key: sm2.publicKey }, signer],
    };
    expect(openRequest(received, known)).toMatchObject({ urlpath, symmetric });
  });
});

test.each([
  ['request', BY_AES_AND_RSA, BY_AES_AND_RSA.request],
  ['response', BY_AES_AND_RSA, BY_AES_AND_RSA.response],
  ['response', DOCUMENTED, DOCUMENTED.response],
])('what is signed of a %s is exactly what the other side signs: case %#', (_name, { urlpath, appid }, message) => {
  const { timestamp, body, messageSha256 } = message;
  const signed = messageOf({ urlpath, appid, timestamp }, Buffer.from(body));
  expect(createHash('sha256').update(signed).digest('hex')).toBe(messageSha256);
});

test('the documented response opens', () => {
  const { urlpath, appid, response } = DOCUMENTED;
  const { serial } = response.signer;
  const received = { ...response, appid, signatures: [{ serial, signature: response.signature }] };
  const keys = { symmetric: symmetricOf(DOCUMENTED), platforms: [signerOf(response.signer)] };
  const open = (over: object, asked: object = {}, known: object = {}) =>
    openResponse(
      { ...received, body: Buffer.from(response.body), ...over },
      { urlpath, appid, nowS: response.timestamp, ...asked },
      { ...keys, ...known },
    );
  expect(open({})).toEqual({ object: response.content });
  expect(open({}, { nowS: response.timestamp + 300 })).toEqual({ object: response.content });
  expect([
    open({ appid: 'wx00000000000000ff' }),
    open({}, { nowS: response.timestamp + 301 }),
    open({}, { nowS: response.timestamp - 301 }),
    open({ signatures: [] }),
    open({ signatures: [{ serial: 'x', signature: response.signature }] }),
    open({ signatures: [{ serial, signature: DOCUMENTED.request.signature }] }),
    open({ timestamp: response.timestamp + 1 }),
    open({}, {}, { symmetric: symmetricOf(BY_AES_AND_RSA) }),
  ]).toEqual(['appid', 'timestamp', 'timestamp', 'serial', 'serial', 'signature', 'signature', 'content']);
});

test('the example of RFC 8998 is encrypted to its bytes and back', () => {
  const hex = (text: string) => Buffer.from(text, 'hex');
  const key = { algorithm: 'SM4_GCM', serial: '', key: hex('0123456789ABCDEFFEDCBA9876543210') } as const;
  const [iv, aad] = [hex('00001234567800000000ABCD'), hex('FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2')];
  const plain = hex(['AA', 'BB', 'CC', 'DD', 'EE', 'FF', 'EE', 'AA'].map((pair) => pair.repeat(8)).join(''));
  const { data, tag } = encrypt(key, iv, aad, plain);
  expect(Buffer.from(tag)).toEqual(hex('83DE3541E4C2B58177E065A9BF7B62EC'));
  expect(Buffer.from(data).subarray(0, 8)).toEqual(hex('17F399F08C67D5EE'));
  expect(Buffer.from(decrypt(key, iv, aad, { data, tag }) ?? [])).toEqual(plain);
});

// --- What we seal ourselves -------------------------------------------------------------------------------------

const SCOPE: Scope = { urlpath: 'http://127.0.0.1:8321/a', appid: 'wx1234567890abcdef', timestamp: 1767225600 };
const SERIAL = 'fedcba9876543210fedcba9876543210';

test.each<[ContentAlgorithm, string, { privateKey: KeyObject; publicKey: KeyObject }]>([
  ['AES256_GCM', 'rsa', rsa],
  ['AES256_GCM', 'sm2', sm2],
  ['SM4_GCM', 'rsa', rsa],
  ['SM4_GCM', 'sm2', sm2],
  ['SM4_GCM', 'sm2 from a file', fromFile(sm2)],
])('a request and its response by %s and %s go both ways', (algorithm, _name, pair) => {
  const symmetric = { algorithm, serial: '0'.repeat(32), key: Buffer.alloc(algorithm === 'SM4_GCM' ? 16 : 32, 7) };
  const [signer, known] = [
    { serial: SERIAL, key: pair.privateKey },
    { serial: SERIAL, key: pair.publicKey },
  ];
  const random: Random = (length) => Buffer.alloc(length, 1);
  for (const object of ['{}', ' { } ', '{"a":"多"}']) {
    const { body, signature } = sealRequest(object, SCOPE, { symmetric, signer, random });
    const request = { ...SCOPE, signature, body: Buffer.from(body) };
    const opened = openRequest(request, { urlpaths: [SCOPE.urlpath], symmetrics: [symmetric], signers: [known] });
    expect(opened).toMatchObject({ urlpath: SCOPE.urlpath });
    expect(JSON.parse((opened as { object: string }).object)).toEqual({
      _n: 'AQEBAQEBAQEBAQEBAQEBAQ',
      _appid: SCOPE.appid,
      _timestamp: SCOPE.timestamp,
      ...JSON.parse(object),
    });
  }

  const sealed = sealResponse('{"list":[]}', SCOPE, { symmetric, platform: signer, deprecated: signer, random });
  const response = (signatures: { serial: string; signature: string }[]) =>
    openResponse(
      { ...SCOPE, signatures, body: Buffer.from(sealed.body) },
      { ...SCOPE, nowS: SCOPE.timestamp },
      { symmetric, platforms: [known] },
    );
  const expected = {
    object: expect.stringMatching(/^\{"_n":"[^"]+","_appid":"[^"]+","_timestamp":\d+,"list":\[\]\}$/),
  };
  expect(response([{ serial: SERIAL, signature: sealed.signature }])).toEqual(expected);
  expect(
    response([
      { serial: 'not known yet', signature: sealed.signature },
      { serial: SERIAL, signature: sealed.deprecatedSignature as string },
    ]),
  ).toEqual(expected);
});

test('our sealing gives the bytes of the example for the same randomness', () => {
  for (const vector of [BY_AES_AND_RSA, BY_SM4_AND_SM2]) {
    const { request, urlpath, appid } = vector;
    const { _n, _appid, _timestamp, ...fields } = JSON.parse(request.content);
    const random: Random = (length) => bytes(length === 12 ? JSON.parse(request.body).iv : _n);
    const signer = { serial: SERIAL, key: rsa.privateKey };
    const scope = { urlpath, appid, timestamp: request.timestamp };
    const sealed = sealRequest(JSON.stringify(fields), scope, { symmetric: symmetricOf(vector), signer, random });
    expect(sealed.body).toBe(request.body);
  }
});

test('an object that says it is another’s, or of another time, does not count', () => {
  const symmetric = symmetricOf(BY_AES_AND_RSA);
  const signer = { serial: SERIAL, key: rsa.privateKey };
  const random: Random = (length) => Buffer.alloc(length, 1);
  for (const lie of ['{"_appid":"wx00000000000000ff"}', '{"_timestamp":1}', '{"_timestamp":"1767225600"}']) {
    const { body, signature } = sealRequest(lie, SCOPE, { symmetric, signer, random });
    const known = { urlpaths: [SCOPE.urlpath], symmetrics: [symmetric], signers: [{ ...signer, key: rsa.publicKey }] };
    expect(openRequest({ ...SCOPE, signature, body: Buffer.from(body) }, known)).toBe('content');
  }
});

test('an SM2 signature counts for its user id only', () => {
  const message = Buffer.from('message');
  const signature = sign({ serial: SERIAL, key: sm2.privateKey }, message);
  expect(verify({ serial: SERIAL, key: sm2.publicKey }, message, signature)).toBe(true);
  expect(verify({ serial: 'another', key: sm2.publicKey }, message, signature)).toBe(false);
  expect(verify({ serial: SERIAL, key: rsa.publicKey }, message, signature)).toBe(false);
});

test('only RSA and SM2 keys sign', () => {
  expect(algorithmOf(rsa.publicKey)).toBe('RSAwithSHA256');
  expect(algorithmOf(sm2.publicKey)).toBe('SM2withSM3');
  expect(algorithmOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)).toBeUndefined();
  expect(algorithmOf(generateKeyPairSync('ed25519').publicKey)).toBeUndefined();
});

test('a client seals what the server opens, and opens what the server seals, and nothing else', () => {
  const { urlpath, appid, timestamp } = SCOPE;
  const secret = { algorithm: 'SM4_GCM', serial: '0'.repeat(32), key: Buffer.alloc(16, 7).toString('base64') } as const;
  const pem = (key: KeyObject) =>
    key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' } as never).toString();
  const sealer = createSealer(
    {
      appid,
      symmetric: secret,
      developer: { serial: SERIAL, privateKey: pem(sm2.privateKey) },
      platforms: [{ serial: 'p', certificate: pem(rsa.publicKey) }],
    },
    { now: () => timestamp * 1000 },
  );
  const symmetric = { ...secret, key: bytes(secret.key) };
  const sent = sealer.seal(urlpath, appid, timestamp, { a: 1 });
  const request = {
    appid: sent.headers['wechatmp-appid'] ?? '',
    timestamp: Number(sent.headers['wechatmp-timestamp']),
    signature: sent.headers['wechatmp-signature'] ?? '',
    body: Buffer.from(sent.body),
  };
  const signers = [{ serial: SERIAL, key: sm2.publicKey }];
  expect(openRequest(request, { urlpaths: [urlpath], symmetrics: [symmetric], signers })).toMatchObject({
    object: expect.stringContaining('"a":1'),
  });

  const random: Random = (length) => Buffer.alloc(length, 1);
  const answer = sealResponse('{"b":2}', SCOPE, { symmetric, platform: { serial: 'p', key: rsa.privateKey }, random });
  const headers = {
    'wechatmp-appid': appid,
    'wechatmp-timestamp': String(timestamp),
    'wechatmp-serial': 'p',
    'wechatmp-signature': answer.signature,
  };
  expect(sealer.open(urlpath, headers, answer.body)).toMatchObject({ b: 2 });
  expect(() => sealer.open(urlpath, {}, answer.body)).toThrow('it is for another app');
  expect(() => sealer.open(urlpath, { ...headers, 'wechatmp-timestamp': 'x' }, answer.body)).toThrow('its time');
  expect(() => sealer.open(urlpath, { ...headers, 'wechatmp-serial': 'q' }, answer.body)).toThrow('certificate number');
  expect(() => sealer.open(`${urlpath}/`, headers, answer.body)).toThrow('its signature');
});
