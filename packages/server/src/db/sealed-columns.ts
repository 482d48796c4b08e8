import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Secrets that must be read back are kept in the accounts database only sealed. See ADR-0024. */
export interface SealedColumns {
  /** @param place where it is kept, such as `wechat_keys:wx0123456789abcdef:serial`. It opens nowhere else. */
  seal(secret: string, place: string): string;
  /** @throws a sentence when it was sealed with another key, or for another place. */
  open(sealed: string, place: string): string;
}

/** The file of the data directory that holds the key where no setting does. */
const KEY_FILE = 'secret.key';
const KEY_PATTERN = /^[A-Za-z0-9+/]{43}=$/;
const VERSION = 'v1.';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** @param secretKey 32 bytes as base64; without, the key is a file in the directory, made when it is first needed. */
export function createSealedColumns(directory: string, secretKey: string | undefined): SealedColumns {
  let key: Buffer | undefined;
  const keyFor = (purpose: 'seal' | 'open') => {
    key ??= Buffer.from(secretKey ?? readKeyFile(join(directory, KEY_FILE), purpose), 'base64');
    return key;
  };
  return {
    seal: (secret, place) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyFor('seal'), iv).setAAD(Buffer.from(place));
      const data = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return VERSION + Buffer.concat([iv, cipher.getAuthTag(), data]).toString('base64url');
    },
    open: (sealed, place) => {
      const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
      const key = keyFor('open');
      try {
        const iv = bytes.subarray(0, IV_BYTES);
        const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new Error(
          `What is kept at ${place} was sealed with another key. Set MINILENS_SECRET_KEY, or put back the ${KEY_FILE} that was in the data directory; where it is lost, make new keys.`,
          { cause },
        );
      }
    },
  };
}

/** Makes the file where a secret is to be sealed for the first time: whole or not at all, and never over another. */
function readKeyFile(path: string, purpose: 'seal' | 'open'): string {
  if (purpose === 'seal') {
    const draft = `${path}.${randomBytes(6).toString('hex')}`;
    writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
    try {
      linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
  }
  const text = readText(path)?.trim();
  if (text === undefined)
    throw new Error(
      `${path} is gone, which opens the sealed secrets of the accounts database. Put it back, or set MINILENS_SECRET_KEY; where it is lost, make new keys.`,
    );
  if (!KEY_PATTERN.test(text)) throw new Error(`${path} must hold 32 bytes as base64.`);
  return text;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
