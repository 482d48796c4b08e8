import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import type { TokenCache } from './token-cache.js';

const KeptToken = Type.Object({ token: Type.String(), expiresAtMs: Type.Optional(Type.Number()) });

/** A lock whose holder died is taken over after `stale`; the tries go on for longer than that. Unit: ms. */
const LOCK = { realpath: false, stale: 10_000, retries: { retries: 300, factor: 1, minTimeout: 50, randomize: true } };

/**
 * For all processes of one machine: a file a token in `directory`, readable by its owner only. A file is replaced as a
 * whole, and only by who holds its lock.
 */
export function fileTokenCache(directory: string): TokenCache {
  const fileOf = (key: string) => join(directory, `${encodeURIComponent(key)}.json`);
  return {
    get: (key) => read(fileOf(key)),
    async update(key, change) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const file = fileOf(key);
      let isOurs = true;
      // A machine that slept may lose its lock; then two processes ask for a token, and both tokens are good.
      const onCompromised = () => {
        isOurs = false;
      };
      const release = await lock(file, { ...LOCK, onCompromised });
      try {
        const token = await change(await read(file));
        const draft = `${file}.${process.pid}`;
        await writeFile(draft, JSON.stringify(token), { mode: 0o600 });
        await rename(draft, file);
        return token;
      } finally {
        if (isOurs) await release();
      }
    },
  };
}

async function read(file: string): Promise<Static<typeof KeptToken> | undefined> {
  const text = await readFile(file, 'utf8').catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (text === undefined) return undefined;
  const token = parse(text);
  if (!Check(KeptToken, token)) throw new Error(`${file} holds no token. Delete it, and a new one is fetched.`);
  return token;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
