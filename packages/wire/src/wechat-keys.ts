import { type Static, Type } from 'typebox';
import { choice } from './choice.js';

/** The keys with which an app's calls of the WeChat APIs are signed and encrypted, under `/api/v1/apps/:app`. */

const instantMs = Type.Integer({ description: 'Unit: ms since the Unix epoch' });

/** Whether calls are signed and encrypted: never, by those clients that do, or always. */
export const SECURITY_MODES = ['off', 'optional', 'required'] as const;
export type SecurityMode = (typeof SECURITY_MODES)[number];

export const KEY_KINDS = ['symmetric', 'developer', 'platform'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

export const CIPHERS = ['AES256_GCM', 'SM4_GCM'] as const;
export const SIGNATURES = ['RSAwithSHA256', 'SM2withSM3'] as const;

const serial = Type.String({ pattern: '^[0-9A-Za-z]{1,64}$', description: 'WeChat’s own have 32 hex digits' });

/** GET …/wechat-keys: everything in force. Secrets are not among it. */
export const WechatKeys = Type.Object({
  mode: choice(SECURITY_MODES),
  keys: Type.Array(
    Type.Object({
      kind: choice([...KEY_KINDS, 'cloud'] as const),
      serial: Type.String(),
      algorithm: Type.String(),
      publicKey: Type.Union([
        Type.String({ description: 'PEM: a public key, or the platform’s certificate' }),
        Type.Null(),
      ]),
      createdAt: instantMs,
      endsAt: Type.Union([instantMs, Type.Null()]),
    }),
  ),
});
export type WechatKeys = Static<typeof WechatKeys>;

const wanted = {
  cipher: Type.Optional(choice(CIPHERS)),
  signature: Type.Optional(choice(SIGNATURES)),
  publicKey: Type.Optional(Type.String({ maxLength: 8192, description: 'PEM of the developer’s own' })),
  serial: Type.Optional(serial),
};

/** POST …/wechat-keys: makes what is missing, and allows signed calls where they were off. */
export const CreateKeysBody = Type.Object(wanted);
export type CreateKeysBody = Static<typeof CreateKeysBody>;

/** POST …/wechat-keys/rotate */
export const RotateKeyBody = Type.Object({
  kind: choice(KEY_KINDS),
  overlapHours: Type.Number({ minimum: 0, maximum: 8760, description: 'How long the older ones count' }),
  ...wanted,
});
export type RotateKeyBody = Static<typeof RotateKeyBody>;

/** POST …/wechat-keys/revoke */
export const RevokeKeyBody = Type.Object({ serial: Type.String({ minLength: 1, maxLength: 64 }) });
export type RevokeKeyBody = Static<typeof RevokeKeyBody>;

/** PUT …/wechat-security */
export const SecurityBody = Type.Object({ mode: choice(SECURITY_MODES) });
export type SecurityBody = Static<typeof SecurityBody>;

/** A key that was just made. Its secret is told this once. */
export const NewWechatKey = Type.Object({
  kind: choice(KEY_KINDS),
  serial: Type.String(),
  algorithm: Type.String(),
  secret: Type.Optional(Type.String({ description: 'Symmetric: base64. Developer: the private key as PEM' })),
  publicKey: Type.Optional(Type.String()),
});
export type NewWechatKey = Static<typeof NewWechatKey>;

/** POST …/cloud-credentials: what `wx-server-sdk` signs with. The key is told this once. */
export const CloudCredentials = Type.Object({ secretId: Type.String(), secretKey: Type.String() });
export type CloudCredentials = Static<typeof CloudCredentials>;
