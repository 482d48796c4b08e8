import type { Spool } from '../collect/spool.js';
import { megabytes, ok, problem, type Said, span, warning } from './finding.js';

/** A spool this long means that the store does not keep up. Unit: bytes. */
const LONG_BYTES = 256 * 1024 ** 2;

/** The share of its limit beyond which refusing is near. */
const NEARLY_FULL = 0.8;

/** A batch is loaded within seconds; one that waits longer than this waits for something. Unit: ms. */
const OLD_MS = 300_000;

export function lookAtSpool(
  spool: Pick<Spool, 'pending' | 'limitBytes' | 'oldestReceivedAt' | 'countRefused'>,
  now: number,
): Said {
  const { batches, bytes } = spool.pending();
  const says = `${batches} batches (${megabytes(bytes)} of at most ${megabytes(spool.limitBytes)}) wait for the event store`;
  const refused = spool.countRefused();
  if (refused > 0)
    return problem(
      `${says}; ${refused} were refused by it and are set aside. The log names the kind of fault: please report it.`,
    );
  if (bytes > spool.limitBytes * NEARLY_FULL)
    return problem(`${says}. When it is full, devices are refused and keep their events: mend the event store first.`);
  const ageMs = now - (spool.oldestReceivedAt() ?? now);
  if (ageMs > OLD_MS)
    return warning(
      `${says}, the oldest since ${span(ageMs)}. A running server loads them; its log says why it could not.`,
    );
  if (bytes > LONG_BYTES) return warning(`${says}. It does not keep up: look at its load and disk.`);
  return ok(says);
}
