import { Agent, fetch } from 'undici';

/**
 * The server a command speaks to is on this machine and proves itself by the token in the data directory, so its
 * certificate, made for another name or by its owner's own hand, need not.
 */
const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });

/** `fetch` for the server of this machine. */
export const localFetch: typeof fetch = (input, init) => fetch(input, { ...init, dispatcher });
