import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as wecom from '@wecom/crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import wechat from 'wechat';
import WXBizMsgCrypt from 'wechat-crypto';
import { decryptMessage, encryptMessage } from './crypt.js';
import { type PushFields, readDocument, writeDocument } from './document.js';
import { type Judgement, judgeAnswer } from './judge-answer.js';
import { readMessage } from './message.js';
import { type OpenedPush, openPush, type PushMode } from './open-push.js';
import { replyTo } from './reply.js';
import { type Seal, sealPush, sealReply } from './seal-push.js';

const keys = {
  token: 'sharedToken',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  appid: 'wxba5fad812f8e6fb9',
};
const seal: Seal = { ...keys, timestamp: 1714112445, nonce: '415670741', random: Buffer.from('0123456789abcdef') };
const received = {
  ToUserName: 'gh_97417a04a28d',
  FromUserName: 'o9AgO5Kd5ggOC-bXrbNODIiE3bGY',
  CreateTime: 1714112445,
  MsgType: 'text',
  Content: '你好 <b> & ]]>',
  MsgId: '1234567890123456',
};

interface Peer {
  encrypt(text: string): string;
  decrypt(text: string): { message: string; id: string };
  sign(timestamp: string, nonce: string, encrypted: string): string;
}

const ofWechat = new WXBizMsgCrypt(keys.token, keys.encodingAesKey, keys.appid);
const PEERS: [string, Peer][] = [
  [
    'wechat-crypto',
    {
      encrypt: (text) => ofWechat.encrypt(text),
      decrypt: (text) => ofWechat.decrypt(text),
      sign: (...parts) => ofWechat.getSignature(...parts),
    },
  ],
  [
    '@wecom/crypto',
    {
      encrypt: (text) => wecom.encrypt(keys.encodingAesKey, text, keys.appid),
      decrypt: (text) => wecom.decrypt(keys.encodingAesKey, text),
      sign: (...parts) => wecom.getSignature(keys.token, ...parts),
    },
  ],
];

test.each(PEERS)('what %s encrypts is opened here, and the other way round', (_name, peer) => {
  for (let length = 0; length < 70; length++) {
    const text = '好'.repeat(length);
    expect(decryptMessage(keys.encodingAesKey, peer.encrypt(text))).toEqual({ message: text, appid: keys.appid });
    const ours = encryptMessage(keys.encodingAesKey, text, keys.appid, seal.random);
    expect(peer.decrypt(ours)).toMatchObject({ message: text, id: keys.appid });
  }
});

test.each(PEERS)('a push that %s encrypted and signed is opened', (_name, peer) => {
  for (const format of ['xml', 'json'] as const) {
    const Encrypt = peer.encrypt(writeDocument(received, format));
    const [timestamp, nonce] = ['1714112445', '415670741'];
    const query = { timestamp, nonce, msg_signature: peer.sign(timestamp, nonce, Encrypt) };
    const body = writeDocument({ ToUserName: received.ToUserName, Encrypt }, format);
    expect(openPush({ query, body }, { ...keys, mode: 'safe' }).message).toMatchObject({
      kind: 'text',
      Content: '你好 <b> & ]]>',
    });
  }
});

test.each(PEERS)('a push that was sealed here is opened by %s', (_name, peer) => {
  const { query, body } = sealPush(received, { ...seal, mode: 'safe', format: 'xml' });
  const encrypted = readDocument(body).fields.Encrypt as string;
  expect(query.msg_signature).toBe(peer.sign('1714112445', '415670741', encrypted));
  expect(peer.decrypt(encrypted)).toMatchObject({ message: writeDocument(received, 'xml'), id: keys.appid });
});

test.each(PEERS)('a reply that was sealed here is opened by %s, and the other way round', (_name, peer) => {
  const reply = writeDocument(replyTo(received, 1714112446).text('hello'), 'xml');
  const { Encrypt, MsgSignature } = readDocument(sealReply(reply, seal, 'xml')).fields as { [name: string]: string };
  expect(MsgSignature).toBe(peer.sign('1714112445', '415670741', Encrypt as string));
  expect(peer.decrypt(Encrypt as string)).toMatchObject({ message: reply, id: keys.appid });

  const theirs = peer.encrypt(reply);
  const answer = writeDocument(
    { Encrypt: theirs, MsgSignature: peer.sign('1', '2', theirs), TimeStamp: 1, Nonce: '2' },
    'xml',
  );
  expect(judge(answer, 'safe')).toEqual({ outcome: 'ok' });
});

// --- The middleware of npm `wechat` ---------------------------------------------------------------------------------

let server: Server;
let url: string;
/** What it replies with. */
let content: unknown;

beforeAll(async () => {
  const { token, appid, encodingAesKey: encodingAESKey } = keys;
  const middleware = wechat({ token, appid, encodingAESKey }, (_request, response) =>
    content === 'transfer' ? response.transfer2CustomerService() : response.reply(content),
  );
  server = createServer((request, response) => {
    const query = Object.fromEntries(new URL(request.url ?? '', 'http://middleware').searchParams);
    middleware(
      Object.assign(request, { query }) as unknown as Parameters<typeof middleware>[0],
      response as Parameters<typeof middleware>[1],
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/wechat`;
});
afterAll(() => server.close());

const opened = (mode: PushMode, fields: PushFields = received): OpenedPush => ({
  mode,
  format: 'xml',
  fields,
  message: readMessage(fields),
});

const judge = (body: string, mode: PushMode, status = 200): Judgement =>
  judgeAnswer({ status, body: Buffer.from(body), push: opened(mode), keys, format: 'xml' });

async function pushToMiddleware(mode: PushMode, own: Partial<Seal> = {}) {
  const { query, body } = sealPush(received, { ...seal, ...own, mode, format: 'xml' });
  const response = await fetch(`${url}?${new URLSearchParams(query)}`, { method: 'POST', body });
  return { status: response.status, body: await response.text() };
}

test.each(
  (['plain', 'compatible', 'safe'] as const).flatMap((mode) =>
    [
      'hello',
      '',
      { type: 'image', content: { mediaId: 'm' } },
      { type: 'voice', content: { mediaId: 'm' } },
      { type: 'video', content: { mediaId: 'm', title: 't', description: 'd' } },
      { title: 't', description: 'd', musicUrl: 'http://m', hqMusicUrl: 'http://m' },
      [{ title: 't', description: 'd', picurl: 'http://p', url: 'http://u' }],
      'transfer',
    ].map((reply) => [mode, reply] as const),
  ),
)('in %s mode npm `wechat` answers our push, and its reply %j is valid', async (mode, reply) => {
  content = reply;
  const { status, body } = await pushToMiddleware(mode);
  expect(judge(body, mode, status)).toEqual({ outcome: 'ok' });
  if (reply !== '') expect(body).toContain(mode === 'plain' ? 'MsgType' : 'Encrypt');
});

test('npm `wechat` refuses a push that is signed with another token, which is a failure', async () => {
  content = 'hello';
  for (const mode of ['plain', 'safe'] as const) {
    const { status, body } = await pushToMiddleware(mode, { token: 'another' });
    expect(status).toBe(401);
    expect(judge(body, mode, status).outcome).toBe('bad_status');
  }
});
