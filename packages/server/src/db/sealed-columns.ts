import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deriveSecret, KEY_FILE, OtherSecretKey } from '../admin/secret-key.js';

/** Secrets that must be read back are kept in the accounts database only sealed. See ADR-0024. */
export interface SealedColumns {
  /** @param place where it is kept, such as `wechat_keys:wx0123456789abcdef:serial`. It opens nowhere else. */
  seal(secret: string, place: string): string;
  /** @throws OtherSecretKey when it was sealed with another key, or for another place. */
  open(sealed: string, place: string): string;
}

const VERSION = 'v1.';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** @param secretKey the server's own. */
export function createSealedColumns(secretKey: Buffer): SealedColumns {
  const key = deriveSecret(secretKey, ['sealed columns'], 32);
  return {
    seal: (secret, place) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
      const data = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return VERSION + Buffer.concat([iv, cipher.getAuthTag(), data]).toString('base64url');
    },
    open: (sealed, place) => {
      const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
      try {
        const iv = bytes.subarray(0, IV_BYTES);
        const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new OtherSecretKey(
          `What is kept at ${place} was sealed with another key. Bring back MINILENS_SECRET_KEY, or the ${KEY_FILE} that was in the data directory; where it is lost, make new keys.`,
          { cause },
        );
      }
    },
  };
}
