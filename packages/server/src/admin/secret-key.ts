import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the accounts in the data directory, for its owner only. */
export const KEY_FILE = 'secret.key';

const KEY_BYTES = 32;

/**
 * The server's own key: from the setting, or from a file in the data directory that is made when it is not there.
 *
 * @throws a sentence when the file cannot be read or is not whole.
 */
export function readSecretKey({ data, secretKey }: { data: string; secretKey?: string | undefined }): Buffer {
  if (secretKey !== undefined) return createHash('sha256').update(secretKey).digest();
  const path = join(data, KEY_FILE);
  if (!existsSync(path)) makeKeyFile(path);
  const key = Buffer.from(readKeyFile(path).trim(), 'base64');
  if (key.length !== KEY_BYTES)
    throw new Error(
      `${path} is no key of ${KEY_BYTES} bytes. Bring it back from a backup; a new one ends what was given out.`,
    );
  return key;
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`${path} cannot be read: ${(cause as Error).message}. Run as the user who owns it.`, { cause });
  }
}

/** Under its name only when it is whole and on disk. */
function makeKeyFile(path: string): void {
  const file = openSync(`${path}.part`, 'w', 0o600);
  writeSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.part`, path);
}

/**
 * A secret that follows from another and from what it is for: the same again and again, so that it need not be stored,
 * and of no use to find either.
 *
 * @param purpose what it is, then whose.
 */
export const deriveSecret = (from: Buffer | string, purpose: readonly string[], bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', from, '', JSON.stringify(purpose), bytes));

/** Something was sealed or derived with another key than this process has. The log keeps messages out, so it has a code. */
export class OtherSecretKey extends Error {
  override readonly name = 'OtherSecretKey';
  readonly code = 'OTHER_SECRET_KEY';
}

/** Tells keys apart without saying anything about them. */
export const keyId = (key: Buffer): string => deriveSecret(key, ['key id'], 8).toString('hex');
