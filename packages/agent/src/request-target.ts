import { MAX_HOST, MAX_PATH } from './limits.js';

/** Where a request went: all of a URL that may leave the device. */
interface RequestTarget {
  host: string;
  path: string;
}

/** Scheme, optional credentials (never kept), host with port, path. Query and fragment are left behind. */
const URL_PARTS = /^[a-z]+:\/\/(?:[^/?#@]*@)?([^/?#]*)([^?#]*)/i;

/**
 * Parts of a path that name one thing rather than a kind of thing: long numbers (orders, phones, timestamps), other
 * numbers, UUIDs, hashes and openids, URL-safe random ids (`OwnedBySomebody1`: long, with a digit, both cases), and what
 * people typed (percent-encoded names and addresses).
 */
const ID = /\d{6}|^(\d+|[\da-fA-F-]{20,}|(?=.*\d)([\da-zA-Z]{16,}|(?=.*[A-Z])[\w-]{16,}))$|[^!-~]|[%@]/;

/** Different addresses remembered; an app that asks for more starts over. */
const MAX_KNOWN = 200;

let known = new Map<string, RequestTarget>();

/** Finds the target of a URL. Remembers what it found, because reading a URL costs more than all else in a request. */
export function requestTarget(url: unknown): RequestTarget {
  const text = `${url}`;
  const end = text.indexOf('?');
  const address = end < 0 ? text : text.slice(0, end);
  let target = known.get(address);
  if (!target) {
    const parts = URL_PARTS.exec(address) || ['', '', ''];
    const folded = (parts[2] || '/')
      .split('/')
      .map((part) => (ID.test(part) ? ':id' : part))
      .join('/');
    const host = (parts[1] as string).toLowerCase().slice(0, MAX_HOST);
    target = { host, path: host && folded.slice(0, MAX_PATH) };
    if (known.size >= MAX_KNOWN) known = new Map();
    known.set(address, target);
  }
  return target;
}
