/** The headers of a signed and encrypted message, in small letters as Node gives them. Clients spell some otherwise. */
export const SECURITY_HEADERS = {
  appid: 'wechatmp-appid',
  /** Unit: s since the Unix epoch. */
  timestamp: 'wechatmp-timestamp',
  signature: 'wechatmp-signature',
  /** The platform's certificate number. Responses only. */
  serial: 'wechatmp-serial',
  deprecatedSerial: 'wechatmp-serial-deprecated',
  deprecatedSignature: 'wechatmp-signature-deprecated',
} as const;
