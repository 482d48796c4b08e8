import type { Delivery } from '@minilens/wire/push-report';

/** Where the time of a delivery went, in the order in which it passes. */
export const PHASES = ['dns', 'connect', 'waiting', 'answer'] as const;
export type Phase = (typeof PHASES)[number];

type Timed = Pick<Delivery, 'outcome' | 'reason' | 'durationMs' | 'dnsMs' | 'connectMs' | 'firstByteMs'>;

/**
 * The duration split into its phases; they add up to it. What was not measured (an open connection needs neither DNS nor
 * connecting) is absent. Time after which nothing came belongs to the phase that did not end. Unit: ms.
 */
export function timingOf(delivery: Timed): { phase: Phase; ms: number }[] {
  const { durationMs, dnsMs, connectMs, firstByteMs } = delivery;
  const dns = within(dnsMs ?? 0, durationMs);
  const connect = within(connectMs ?? 0, durationMs - dns);
  const known = dns + connect;
  const firstByte = firstByteMs === null ? durationMs : within(firstByteMs, durationMs);
  const spent: Record<Phase, number> = {
    dns,
    connect,
    waiting: Math.max(0, firstByte - known),
    answer: durationMs - Math.max(known, firstByte),
  };
  const stuck = stuckIn(delivery);
  if (stuck) {
    spent[stuck] += spent.waiting;
    spent.waiting = 0;
  }
  return PHASES.filter((phase) => spent[phase] > 0).map((phase) => ({ phase, ms: spent[phase] }));
}

function stuckIn({ outcome, reason }: Timed): 'dns' | 'connect' | undefined {
  if (reason === 'cut') return undefined;
  if (outcome === 'dns_failure' || outcome === 'dns_timeout') return 'dns';
  return outcome === 'connect_failure' || outcome === 'connect_timeout' ? 'connect' : undefined;
}

const within = (ms: number, mostMs: number) => Math.min(ms, mostMs);
