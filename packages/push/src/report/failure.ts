import type { DeliveryOutcome, DeliveryReason } from '@minilens/wire/event';

/** How far a request to the back end has come. */
export type Phase = 'dns' | 'connect' | 'tls' | 'answer';

/** What a delivery came to, in the words of the protocol and in English. */
export interface DeliveryEnd {
  outcome: DeliveryOutcome;
  reason?: DeliveryReason;
  /** What is wrong and what to do, without anything of the message. Absent where all is well. */
  words?: string;
}

/** What an error of the request to the back end means. @param host as in the upstream's address */
export function failureOf(error: NodeJS.ErrnoException, phase: Phase, host: string): DeliveryEnd {
  const code = error.code ?? error.message;
  if (phase === 'dns')
    return { outcome: 'dns_failure', words: `${host} has no address (${code}). Look at the name and at DNS.` };
  if (phase === 'tls')
    return {
      outcome: 'connect_failure',
      reason: 'tls',
      words: `There is no secure connection with ${host} (${code}). Look at its certificate.`,
    };
  if (phase === 'connect') {
    if (code === 'ECONNREFUSED')
      return {
        outcome: 'connect_failure',
        reason: 'refused',
        words: `${host} refuses connections: nothing listens there. Start the back end.`,
      };
    if (code === 'ETIMEDOUT') return { outcome: 'connect_timeout', words: noConnection(host) };
    return { outcome: 'connect_failure', words: `${host} cannot be reached (${code}). Look at the network.` };
  }
  if (/^(HPE|ERR)_/.test(code))
    return {
      outcome: 'invalid_response',
      reason: 'malformed',
      words: `What ${host} answers is not HTTP (${code}). Is it the right port?`,
    };
  return {
    outcome: 'connect_failure',
    reason: 'cut',
    words: `${host} broke the connection off before its answer was complete (${code}). Look into the back end's log.`,
  };
}

/** What it means that the time is over. */
export function timeoutOf(phase: Phase, host: string, timeoutMs: number): DeliveryEnd {
  const seconds = `${timeoutMs / 1000} s`;
  if (phase === 'dns')
    return { outcome: 'dns_timeout', words: `No address of ${host} within ${seconds}. Look at DNS.` };
  if (phase !== 'answer') return { outcome: 'connect_timeout', words: noConnection(host) };
  return {
    outcome: 'request_timeout',
    words: `No complete answer within ${seconds}. Answer success first and work on the message afterwards.`,
  };
}

const noConnection = (host: string) => `${host} does not take connections in time. Is a firewall between?`;

export const senderLeft = (afterMs: number): DeliveryEnd => ({
  outcome: 'request_timeout',
  reason: 'sender_left',
  words: `The sender left after ${afterMs} ms, before its time was over. Does something on the way give up sooner?`,
});
