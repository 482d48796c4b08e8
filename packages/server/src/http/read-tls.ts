import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Settings } from '../settings.js';

/** The certificate and key that settings name; undefined where none are named. @throws a sentence for a file that cannot be read */
export function readTls({ tlsCert, tlsKey }: Settings) {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const read = (variable: string, path: string) => {
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new Error(`${variable} names ${path}, which cannot be read: ${(cause as Error).message}`, { cause });
    }
  };
  const pair = { cert: read('MINILENS_TLS_CERT', tlsCert), key: read('MINILENS_TLS_KEY', tlsKey) };
  try {
    createSecureContext(pair);
  } catch (cause) {
    throw new Error(
      `MINILENS_TLS_CERT and MINILENS_TLS_KEY name ${tlsCert} and ${tlsKey}, which are no certificate with its key: ${(cause as Error).message}. Name a pair of PEM files that belong together.`,
      { cause },
    );
  }
  return pair;
}
