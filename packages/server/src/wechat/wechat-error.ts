import { ERRORS, type Errcode } from '@minilens/wechat/errors';

/** A request that is answered with a row of the error table. */
export class WechatError extends Error {
  readonly errcode: Errcode;

  constructor(errcode: Errcode) {
    super(ERRORS[errcode].errmsg);
    this.name = 'WechatError';
    this.errcode = errcode;
  }
}
