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

/** Different addresses remembered; an app that asks for more starts over. */
const MAX_KNOWN = 200;

/** Finds the target of a URL. Remembers what it found, because reading a URL costs more than all else in a request. */
export function createRequestTargets(): (url: unknown) => RequestTarget {
  let known = new Map<string, RequestTarget>();
  return (url) => {
    const text = String(url);
    const end = text.indexOf('?');
    const address = end < 0 ? text : text.slice(0, end);
    let target = known.get(address);
    if (!target) {
      if (known.size >= MAX_KNOWN) known = new Map();
      target = readTarget(address);
      known.set(address, target);
    }
    return target;
  };
}

function readTarget(address: string): RequestTarget {
  const parts = URL_PARTS.exec(address);
  if (!parts) return { host: '', path: '' };
  const [, host = '', path = ''] = parts;
  return { host: host.toLowerCase().slice(0, MAX_HOST), path: foldIds(path || '/').slice(0, MAX_PATH) };
}

const foldIds = (path: string): string =>
  path
    .split('/')
    .map((part) => (IDS.some((id) => id.test(part)) ? ':id' : part))
    .join('/');
