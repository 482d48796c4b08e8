import { createCipheriv, createDecipheriv } from 'node:crypto';
import { sm4 } from 'sm-crypto-v2';

/** How content is encrypted, and the length of the key. Unit: bytes. */
export const KEY_BYTES = { AES256_GCM: 32, SM4_GCM: 16 } as const;
export type ContentAlgorithm = keyof typeof KEY_BYTES;

export const IV_BYTES = 12;
export const TAG_BYTES = 16;

/** The key that a developer and the platform share. */
export interface SymmetricKey {
  algorithm: ContentAlgorithm;
  /** 32 hex digits. It is part of what is authenticated and never sent. */
  serial: string;
  key: Uint8Array;
}

export interface Encrypted {
  data: Uint8Array;
  tag: Uint8Array;
}

export function encrypt(
  { algorithm, key }: SymmetricKey,
  iv: Uint8Array,
  aad: Uint8Array,
  content: Uint8Array,
): Encrypted {
  if (algorithm === 'SM4_GCM') {
    const { output, tag } = sm4.encrypt(content, key, { ...sm4Gcm(iv, aad), outputTag: true });
    return { data: output, tag: tag as Uint8Array };
  }
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad);
  const data = Buffer.concat([cipher.update(content), cipher.final()]);
  return { data, tag: cipher.getAuthTag() };
}

/** Undefined for what was not encrypted so: another key, other additional data, or a changed byte. */
export function decrypt(
  { algorithm, key }: SymmetricKey,
  iv: Uint8Array,
  aad: Uint8Array,
  { data, tag }: Encrypted,
): Uint8Array | undefined {
  if (iv.length !== IV_BYTES || tag.length !== TAG_BYTES) return undefined;
  try {
    if (algorithm === 'SM4_GCM') return sm4.decrypt(data, key, { ...sm4Gcm(iv, aad), tag });
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(aad).setAuthTag(tag);
    return Buffer.concat([decipher.update(data), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The OpenSSL that Node 20 brings has no SM4 in this mode. */
const sm4Gcm = (iv: Uint8Array, aad: Uint8Array) =>
  ({ mode: 'gcm', iv, associatedData: aad, padding: 'none', output: 'array' }) as const;
