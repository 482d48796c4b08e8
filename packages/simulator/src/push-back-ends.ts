import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type PushFields, type PushFormat, writeDocument } from '@minilens/wechat/push/document';
import type { AnswerFault } from '@minilens/wechat/push/judge-answer';
import {
  answerVerification,
  isVerification,
  type OpenedPush,
  openPush,
  type PushQuery,
} from '@minilens/wechat/push/open-push';
import { replyTo } from '@minilens/wechat/push/reply';
import { type Seal, sealReply } from '@minilens/wechat/push/seal-push';

/** The right answers. */
const RIGHT = {
  success: 'answers `success`',
  empty: 'answers nothing',
  reply: 'answers with a passive reply, encrypted where the message was',
} as const;

/** How an answer fails to be complete, or to be one. */
const BROKEN = {
  late: 'answers `success`, but after `lateMs`',
  silent: 'never answers',
  stalled: 'sends half of its answer and then nothing',
  reset: 'resets the connection instead of an answer',
  cut: 'ends the connection in the middle of its answer',
  error: 'answers 500 with a page',
} as const;

export type PushBehaviour = keyof typeof RIGHT | keyof typeof BROKEN | AnswerFault;

export interface PushBackEndOptions {
  keys: { token: string; encodingAesKey: string; appid: string };
  format: PushFormat;
  /** What it does with this push, the so-many-th it got. */
  behave: (push: OpenedPush, count: number) => PushBehaviour;
  /** Unit: ms since the Unix epoch. */
  now: () => number;
  /** Unit: ms. Default 6000, more than the platform waits. */
  lateMs?: number;
}

export interface PushBackEnd {
  url: string;
  /** What it got, in order. */
  pushes: readonly OpenedPush[];
  close(): Promise<void>;
}

/** A developer's server on this machine, as good or bad as it is told to be. */
export async function startPushBackEnd({
  keys,
  format,
  behave,
  now,
  lateMs = 6_000,
}: PushBackEndOptions): Promise<PushBackEnd> {
  const pushes: OpenedPush[] = [];
  const server = createServer((request, response) => {
    response.on('error', () => {});
    answer(request, response).catch(() => response.writeHead(403).end('Not from WeChat.'));
  });

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const query: PushQuery = Object.fromEntries(new URL(request.url ?? '', 'http://back-end').searchParams);
    if (request.method === 'GET' && isVerification(query)) {
      response.end(answerVerification(query, keys.token));
      return;
    }
    const push = openPush({ query, body: await text(request) }, keys);
    pushes.push(push);
    const seal = {
      ...keys,
      timestamp: Math.floor(now() / 1000),
      nonce: '415670741',
      random: Buffer.from('707722b803182950'),
    };
    const behaviour = behave(push, pushes.length);
    if (behaviour in BROKEN) fail(response, behaviour as keyof typeof BROKEN, lateMs);
    else response.end(answerTo(push, behaviour as Exclude<PushBehaviour, keyof typeof BROKEN>, format, seal));
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/wechat`,
    pushes,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** A URL behind which nobody listens. */
export async function deadPushUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}/wechat`;
}

function fail(response: ServerResponse, behaviour: keyof typeof BROKEN, lateMs: number) {
  switch (behaviour) {
    case 'late': {
      const timer = setTimeout(() => response.end('success'), lateMs);
      response.on('close', () => clearTimeout(timer));
      break;
    }
    case 'silent':
      break;
    case 'stalled':
      response.writeHead(200, { 'content-length': '7' }).write('succ');
      break;
    case 'reset':
      response.socket?.resetAndDestroy();
      break;
    case 'cut':
      response.writeHead(200, { 'content-length': '7' }).write('succ', () => response.socket?.destroy());
      break;
    case 'error':
      response.writeHead(500, { 'content-type': 'text/html' }).end('<html><body>Internal Server Error</body></html>');
  }
}

function answerTo(
  push: OpenedPush,
  behaviour: keyof typeof RIGHT | AnswerFault,
  format: PushFormat,
  seal: Seal,
): string | Buffer {
  if (behaviour === 'success' || push.message.kind === 'component')
    return behaviour === 'quoted_success' ? '"success"' : 'success';
  const good = replyTo(push.message, seal.timestamp).text('收到');
  const encrypted = (fields: PushFields, own: Partial<Seal> = {}) =>
    sealReply(writeDocument(fields, format), { ...seal, ...own }, format);
  const sent = (fields: PushFields) => (push.mode === 'plain' ? writeDocument(fields, format) : encrypted(fields));
  const { ToUserName, FromUserName } = good;
  const answers: { [behaviour in Exclude<keyof typeof RIGHT, 'success'> | AnswerFault]: () => string | Buffer } = {
    empty: () => '',
    reply: () => sent(good),
    quoted_success: () => '"success"',
    html: () => '<!DOCTYPE html><html><body>502 Bad Gateway</body></html>',
    text: () => 'ok',
    json_for_xml: () => '{"errcode":0}',
    xml_for_json: () => '<xml><errcode>0</errcode></xml>',
    malformed: () => writeDocument(good, format).slice(0, -5),
    not_swapped: () => sent({ ...good, ToUserName: FromUserName ?? '', FromUserName: ToUserName ?? '' }),
    missing_field: () => sent({ ...good, FromUserName: '' }),
    unknown_type: () => sent({ ...good, MsgType: 'markdown' }),
    empty_content: () => sent({ ...good, Content: '' }),
    bad_create_time: () => sent({ ...good, CreateTime: '[1713424427]' }),
    not_encrypted: () => writeDocument(good, format),
    wrong_signature: () => encrypted(good, { token: `${seal.token}x` }),
    undecryptable: () => encrypted(good, { encodingAesKey: 'z'.repeat(43) }),
    wrong_appid: () => encrypted(good, { appid: 'wx0000000000000000' }),
    too_long: () => Buffer.alloc(524_288, ' '),
  };
  return answers[behaviour]();
}
