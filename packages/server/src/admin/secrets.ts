import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret that nobody can guess: 128 bits in 32 hex digits, the shape that code made for WeChat's own expects. */
export const newSecret = (): string => randomBytes(16).toString('hex');

/** A new agent key. It is public, so it need only be unlike another app's. */
export const newAgentKey = (): string => `k_${randomBytes(12).toString('base64url')}`;

/**
 * What is stored of a secret or token. Those are random and long, so a plain hash cannot be searched; passwords are
 * chosen by people and go through argon2 instead.
 */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Whether a secret is the one that was hashed, in a time that says nothing. */
export const matchesHash = (secret: string, hash: string): boolean =>
  timingSafeEqual(Buffer.from(hashSecret(secret), 'hex'), Buffer.from(hash, 'hex'));

/** A secret and the one before it, which works until that moment (Unix ms). */
export interface RotatedHashes {
  secret_hash: string;
  old_secret_hash: string | null;
  old_secret_until: number | null;
}

/** Whether a secret is the one in force, or the one before it while the two overlap. */
export const matchesOneOf = (secret: string, hashes: RotatedHashes, nowMs: number): boolean =>
  matchesHash(secret, hashes.secret_hash) ||
  (hashes.old_secret_hash !== null &&
    nowMs < (hashes.old_secret_until ?? 0) &&
    matchesHash(secret, hashes.old_secret_hash));
