/** The part of another sender's encryption that the tests use; it brings no types of its own. */
declare module 'wechat-crypto' {
  export default class WXBizMsgCrypt {
    constructor(token: string, encodingAESKey: string, id: string);
    decrypt(text: string): { message: string; id: string };
    encrypt(text: string): string;
  }
}
