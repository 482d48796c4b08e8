import type { Chance } from './chance.js';

/** What the platform measured of one request, in its own names. Moments in ms since the Unix epoch, 0 for what did not happen. */
export interface RequestProfile {
  fetchStart: number;
  domainLookUpStart: number;
  domainLookUpEnd: number;
  connectStart: number;
  SSLconnectionStart: number;
  SSLconnectionEnd: number;
  connectEnd: number;
  requestStart: number;
  requestEnd: number;
  responseStart: number;
  responseEnd: number;
  sendBytesCount: number;
  receivedBytedCount: number;
}

/** How long it took to open a connection. Unit: ms. */
export interface Connecting {
  dnsMs: number;
  tcpMs: number;
  tlsMs: number;
}

/** A new connection: its name is mostly known already, the handshakes cross the network three times. */
export const connecting = (chance: Chance, networkSlowness: number): Connecting => ({
  dnsMs: chance.happens(0.7) ? chance.around(2) : chance.around(24 * networkSlowness, 0.7),
  tcpMs: chance.around(16 * networkSlowness),
  tlsMs: chance.around(34 * networkSlowness),
});

/** The stages of a request that was sent at `at` and answered after `answerMs`; `opened` when it had to connect first. */
export function profileOf(
  chance: Chance,
  at: number,
  answerMs: number,
  receivedBytes: number,
  opened?: Connecting,
): RequestProfile {
  const fetchStart = at + 1;
  const lookedUp = fetchStart + (opened?.dnsMs ?? 0);
  const connected = lookedUp + (opened?.tcpMs ?? 0);
  const secured = connected + (opened?.tlsMs ?? 0);
  const end = secured + answerMs;
  // Some kilobytes arrive almost at once.
  const responseStart = Math.max(secured, end - chance.around(1 + answerMs * 0.06));
  const ifOpened = (moment: number) => (opened ? moment : 0);
  return {
    fetchStart,
    domainLookUpStart: ifOpened(fetchStart),
    domainLookUpEnd: ifOpened(lookedUp),
    connectStart: ifOpened(lookedUp),
    SSLconnectionStart: ifOpened(connected),
    SSLconnectionEnd: ifOpened(secured),
    connectEnd: ifOpened(secured),
    requestStart: secured,
    requestEnd: secured,
    responseStart,
    responseEnd: end,
    sendBytesCount: chance.around(420, 0.15),
    receivedBytedCount: receivedBytes,
  };
}

/** From sending to the last byte. Unit: ms. */
export const lastedMs = ({ responseEnd }: RequestProfile, at: number): number => responseEnd - at;
