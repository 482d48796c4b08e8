import type { DropReason, Receipt } from '@minilens/wire/receipt';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Spool } from '../collect/spool.js';

/** A minute is the network's; beyond it an hour, a day, a week, a month, a year. Unit: s. */
const SKEW_BOUNDS = [0, 3_600, 86_400, 604_800, 2_592_000, 31_536_000];

export interface EventCounters {
  count(receipt: Receipt): void;
  /** Counts events that were taken and turned out not to be stored. */
  countDropped(dropped: Receipt['dropped']): void;
  /** Counts a device's batch by what its times are corrected by. Unit: ms; above 0 for a clock that is behind. */
  countSkew(skewMs: number): void;
  registry: Registry;
}

/** What /metrics says of the way of events through this process. */
export function createEventCounters(spool: Spool): EventCounters {
  const registry = new Registry();
  const accepted = new Counter({
    name: 'minilens_events_accepted_total',
    help: 'Events durable in the spool',
    registers: [registry],
  });
  const batches = new Counter({
    name: 'minilens_batches_total',
    help: 'Batches acknowledged; one line of an import is one',
    registers: [registry],
  });
  const dropped = new Counter({
    name: 'minilens_events_dropped_total',
    help: 'Events not stored, by reason',
    labelNames: ['reason'],
    registers: [registry],
  });
  const skew = new Histogram({
    name: 'minilens_clock_skew_seconds',
    help: 'How far the clock of a device was off, one observation a batch; 0 where it was within a minute',
    labelNames: ['clock'],
    buckets: SKEW_BOUNDS,
    registers: [registry],
  });
  new Gauge({
    name: 'minilens_spool_batches',
    help: 'Batches waiting for the store',
    registers: [registry],
    collect() {
      this.set(spool.pending().batches);
    },
  });
  new Gauge({
    name: 'minilens_spool_bytes',
    help: 'Bytes waiting for the store',
    registers: [registry],
    collect() {
      this.set(spool.pending().bytes);
    },
  });
  new Gauge({
    name: 'minilens_batches_refused',
    help: 'Batches the store refused for good, set aside in the spool',
    registers: [registry],
    collect() {
      this.set(spool.countRefused());
    },
  });
  const countDropped = (reasons: Receipt['dropped']) => {
    for (const [reason, events] of Object.entries(reasons) as [DropReason, number][]) dropped.inc({ reason }, events);
  };
  return {
    registry,
    countDropped,
    countSkew: (skewMs) =>
      skew.observe({ clock: skewMs === 0 ? 'right' : skewMs > 0 ? 'behind' : 'ahead' }, Math.abs(skewMs) / 1000),
    count: (receipt) => {
      batches.inc();
      accepted.inc(receipt.accepted);
      countDropped(receipt.dropped);
    },
  };
}
