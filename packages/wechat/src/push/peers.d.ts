/** The parts of other people's receivers that the tests use; they bring no types of their own. */

declare module 'wechat-crypto' {
  export default class WXBizMsgCrypt {
    constructor(token: string, encodingAESKey: string, id: string);
    getSignature(timestamp: string | number, nonce: string | number, encrypt: string): string;
    decrypt(text: string): { message: string; id: string };
    encrypt(text: string): string;
  }
}

declare module 'wechat' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  type Message = { [name: string]: string };
  type Asked = IncomingMessage & { query: Message; weixin: Message };
  type Answering = ServerResponse & {
    reply(content: unknown): void;
    transfer2CustomerService(kfAccount?: string): void;
  };
  type Middleware = (request: Asked, response: Answering, next: (error?: unknown) => void) => void;

  export default function wechat(
    config: string | { token: string; appid: string; encodingAESKey: string },
    handle: Middleware,
  ): Middleware;
}
