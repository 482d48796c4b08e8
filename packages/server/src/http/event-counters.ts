import type { DropReason, Receipt } from '@minilens/wire/receipt';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Spool } from '../collect/spool.js';

export interface EventCounters {
  count(receipt: Receipt): void;
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
  return {
    registry,
    count: (receipt) => {
      batches.inc();
      accepted.inc(receipt.accepted);
      for (const [reason, events] of Object.entries(receipt.dropped) as [DropReason, number][])
        dropped.inc({ reason }, events);
    },
  };
}
