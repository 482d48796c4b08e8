import { APPID_PATTERN, GRANT_TYPE } from '@minilens/wechat/token';
import type { FastifyRequest } from 'fastify';
import type { SecretVerdict } from '../admin/apps.js';
import { isListed } from './allow-list.js';
import { setCaller } from './caller.js';
import { notInWhitelist, WechatError } from './wechat-error.js';

export interface CredentialDeps {
  /** Whether the secret belongs to the app. Asked with an empty secret when none was sent. */
  verifySecret(appid: string, secret: string): Promise<SecretVerdict>;
  /** JSON of where the app is called from; undefined for anywhere. */
  addressesOf(appid: string): Promise<string | undefined>;
}

/** What a client sends to prove which app it is. */
export interface Credentials {
  appid?: string | undefined;
  secret?: string | undefined;
}

/**
 * Lets an app pass that proves itself by its secret. The platform looks at the AppID before anything else, so we do.
 * Throws 41002, 40013, 40002, 41004, 40125, 40243, 40164.
 *
 * @param grantType as sent; undefined where none was.
 */
export async function checkCredentials(
  request: FastifyRequest,
  { verifySecret, addressesOf }: CredentialDeps,
  { appid = '', secret = '' }: Credentials,
  grantType: string | undefined,
): Promise<{ appid: string; secret: string }> {
  if (appid === '') throw new WechatError(41002);
  if (!APPID_PATTERN.test(appid)) throw new WechatError(40013);
  const verdict = await verifySecret(appid, secret);
  if (verdict === 'unknown_app') throw new WechatError(40013);
  if (grantType !== GRANT_TYPE) throw new WechatError(40002);
  if (secret === '') throw new WechatError(41004);
  if (verdict === 'wrong_secret') throw new WechatError(40125);
  setCaller(request, { appid });
  if (verdict === 'frozen') throw new WechatError(40243);
  const addresses = await addressesOf(appid);
  if (addresses !== undefined && !isListed(addresses, request.ip)) throw notInWhitelist(request.ip);
  return { appid, secret };
}
