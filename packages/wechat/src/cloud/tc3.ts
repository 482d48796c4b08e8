import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a signature is over. */
export interface Tc3Scope {
  /** The day of the signature in UTC: `2026-11-24`. */
  date: string;
  service: string;
  /** Names of form fields, in the order in which they were signed. */
  signedParams: string[];
  /** Names of headers, in the order in which they were signed. */
  signedHeaders: string[];
}

/** The `Authorization` header of a cloud call, taken apart. */
export interface Tc3Authorization extends Tc3Scope {
  secretId: string;
  /** Hex. */
  signature: string;
}

const PATTERN =
  /^TC3-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{4}-\d\d-\d\d)\/(\w+)\/tc3_request,(?: SignedParams=([^,\s]*),)? SignedHeaders=([^,\s]+), Signature=([0-9a-f]{64})$/;

/** Undefined for anything else. */
export function parseTc3(header: string): Tc3Authorization | undefined {
  const [, secretId, date, service, params = '', headers, signature] = PATTERN.exec(header) ?? [];
  if (!secretId || !date || !service || !headers || !signature) return undefined;
  return {
    secretId,
    date,
    service,
    signedParams: params === '' ? [] : params.split(';'),
    signedHeaders: headers.split(';'),
    signature,
  };
}

/** A cloud call as it came. Names are in small letters. */
export interface CloudCall {
  /** Without scheme and query: `//127.0.0.1:8321/admin`. */
  url: string;
  /** Without the question mark. */
  query: string;
  headers: ReadonlyMap<string, string>;
  /** The fields of its form. Those that are text are signed without blanks around. */
  params: ReadonlyMap<string, Uint8Array>;
  /** Unit: s since the Unix epoch. */
  timestamp: number;
}

const MULTIPART = 'multipart/form-data';

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest();

/** What is signed. It says everything about the call but the key. */
export function tc3StringToSign(call: CloudCall, { date, service, signedParams, signedHeaders }: Tc3Scope): string {
  const payload = createHash('sha256');
  for (const name of signedParams)
    payload
      .update(`&${name}=`)
      .update(call.params.get(name) ?? '')
      .update('\r\n');
  const headers = signedHeaders.map((name) => `${name}:${canonical(name, call.headers.get(name) ?? '')}\n`).join('');
  // The SDK signs its method in small letters.
  const request = ['post', call.url, call.query, headers, signedHeaders.join(';'), payload.digest('hex')].join('\n');
  return ['TC3-HMAC-SHA256', call.timestamp, `${date}/${service}/tc3_request`, sha256(request)].join('\n');
}

/** The signature of a call. `authorization` says what it is over. */
export function signTc3(call: CloudCall, authorization: Tc3Scope, secretKey: string): Uint8Array {
  const { date, service } = authorization;
  const key = hmac(hmac(hmac(`TC3${secretKey}`, date), service), 'tc3_request');
  return hmac(key, tc3StringToSign(call, authorization));
}

/** Whether the holder of the secret key made exactly this call. */
export const verifyTc3 = (call: CloudCall, authorization: Tc3Authorization, secretKey: string): boolean =>
  timingSafeEqual(signTc3(call, authorization, secretKey), Buffer.from(authorization.signature, 'hex'));

/** The form has a boundary, which is not known yet when it is signed. */
const canonical = (name: string, value: string) =>
  name === 'content-type' && value.startsWith(MULTIPART) ? MULTIPART : value.trim().toLowerCase();
