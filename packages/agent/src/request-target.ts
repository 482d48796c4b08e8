import { MAX_HOST, MAX_PATH } from './limits.js';

/** Where a request went: all of a URL that may leave the device. */
export interface RequestTarget {
  host: string;
  path: string;
}

/** Scheme, optional credentials (never kept), host with port, path. Query and fragment are left behind. */
const URL_PARTS = /^[a-z]+:\/\/(?:[^/?#@]*@)?([^/?#]*)([^?#]*)/i;

/** Parts of a path that name one thing rather than a kind of thing. */
const IDS = [
  /\d{6}/, // order numbers, phone numbers, timestamps
  /^\d+$/,
  /^[0-9a-f]{8}-[0-9a-f]{4}-/i, // UUID
  /^(?=.*\d)[0-9a-z]{16,}$/i, // hashes, database ids, openids
  /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w-]{16,}$/, // URL-safe random ids
  /[^\w.~!$&'()*+,;=:-]/, // what people typed: names, addresses, percent-encoded text
];

export function requestTarget(url: unknown): RequestTarget {
  const parts = typeof url === 'string' ? URL_PARTS.exec(url) : null;
  if (!parts) return { host: '', path: '' };
  const [, host = '', path = ''] = parts;
  return { host: host.toLowerCase().slice(0, MAX_HOST), path: foldIds(path || '/').slice(0, MAX_PATH) };
}

const foldIds = (path: string): string =>
  path
    .split('/')
    .map((part) => (IDS.some((id) => id.test(part)) ? ':id' : part))
    .join('/');
