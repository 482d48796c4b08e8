import type { PushFields, PushFormat } from '@minilens/wechat/push/document';
import { readDocument } from '@minilens/wechat/push/document';
import { openEncrypted, type PushMode } from '@minilens/wechat/push/open-push';
import { sealPush } from '@minilens/wechat/push/seal-push';
import type { DeliveryReport } from '../report/delivery.js';
import { createReceiver, type Receiver, type ReceiverOptions } from './receiver.js';

export const APPID = 'wxba5fad812f8e6fb9';
export const TOKEN = 'AAAAA';
export const ENCODING_AES_KEY = 'A'.repeat(43);
export const NOW = Date.UTC(2026, 8, 12, 4, 0, 0);
export const SECONDS = NOW / 1000;

export const USER = 'o9AgO5Kd5ggOC-bXrbNODIiE3bGY';
export const ACCOUNT = 'gh_97417a04a28d';

export const TEXT: PushFields = {
  ToUserName: ACCOUNT,
  FromUserName: USER,
  CreateTime: SECONDS,
  MsgType: 'text',
  Content: '你好 <&> ]]>',
  MsgId: '23456789012345678',
};
export const MENU_CLICK: PushFields = {
  ToUserName: ACCOUNT,
  FromUserName: USER,
  CreateTime: SECONDS,
  MsgType: 'event',
  Event: 'CLICK',
  EventKey: 'orders',
};
export const TICKET: PushFields = {
  AppId: APPID,
  CreateTime: SECONDS,
  InfoType: 'component_verify_ticket',
  ComponentVerifyTicket: 'ticket@@@1',
};

/** A receiver whose reports and log lines lie in lists. */
export function startReceiver(options: Partial<ReceiverOptions> = {}) {
  const reports: DeliveryReport[] = [];
  const logged: { words: string; error: unknown }[] = [];
  const receiver = createReceiver({
    appid: APPID,
    token: TOKEN,
    encodingAesKey: ENCODING_AES_KEY,
    mode: 'compatible',
    now: () => NOW,
    report: (delivery) => reports.push(delivery),
    log: (words, error) => logged.push({ words, error }),
    ...options,
  });
  return { receiver, reports, logged };
}

export interface Sealing {
  mode?: PushMode;
  format?: PushFormat;
  timestamp?: number;
  token?: string;
  encodingAesKey?: string;
  appid?: string;
}

/** A push as WeChat sends it: the query as text, and the body. */
export function seal(fields: PushFields, sealing: Sealing = {}): { query: string; body: string } {
  const { query, body } = sealPush(fields, {
    mode: 'safe',
    format: 'xml',
    token: TOKEN,
    encodingAesKey: ENCODING_AES_KEY,
    appid: APPID,
    timestamp: SECONDS,
    nonce: '415670741',
    random: Buffer.alloc(16, 'r'),
    ...sealing,
  });
  return { query: String(new URLSearchParams(query)), body };
}

export const push = (receiver: Receiver, fields: PushFields, sealing: Sealing = {}) =>
  receiver.handle({ method: 'POST', host: 'shop.example', ...seal(fields, sealing) });

/** The fields of a passive reply, decrypted where it is encrypted. */
export function readReply(answer: string): PushFields {
  const { fields } = readDocument(answer);
  if (typeof fields.Encrypt !== 'string') return fields;
  return readDocument(openEncrypted(fields.Encrypt, { encodingAesKey: ENCODING_AES_KEY, appid: APPID })).fields;
}
