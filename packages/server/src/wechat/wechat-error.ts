import { ERRORS, type Errcode } from '@minilens/wechat/errors';
import { plainAddress } from './allow-list.js';

/** A request that is answered with a row of the error table. */
export class WechatError extends Error {
  readonly errcode: Errcode;

  /** @param errmsg where the text says more than the table can. */
  constructor(errcode: Errcode, errmsg: string = ERRORS[errcode].errmsg) {
    super(errmsg);
    this.name = 'WechatError';
    this.errcode = errcode;
  }
}

/** 40164, with the caller's address in both forms as the platform prints it. */
export function notInWhitelist(ip: string): WechatError {
  const plain = plainAddress(ip);
  const { errmsg } = ERRORS[40164];
  return new WechatError(
    40164,
    plain.includes(':') ? errmsg.replace(/(::ffff:)?\{ip\}/g, plain) : errmsg.replaceAll('{ip}', plain),
  );
}
