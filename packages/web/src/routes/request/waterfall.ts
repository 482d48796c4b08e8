import type { AnswerRows } from '@minilens/wire/questions';
import { type Stage, withRest } from '../../panels/stages';
import { numberIn } from '../../query/answer-rows';

/**
 * Where the time of a request goes, in the order in which it passes: means, each over the requests of which the platform
 * tells it. Connecting includes TLS, so TLS is taken out of it. The rest is what is left to the p50 of all durations:
 * waiting for a free connection, and receiving the answer. Unit: ms.
 */
export function waterfallOf(row: AnswerRows[number]): Stage[] {
  const mean = (metric: string) => numberIn(row, metric);
  const [connect, tls] = [mean('connectMs'), mean('tlsMs')];
  const told = withRest(
    [
      { key: 'dns', ms: mean('dnsMs'), colour: 'dns' },
      { key: 'connect', ms: connect === null ? null : Math.max(0, connect - (tls ?? 0)), colour: 'connect' },
      { key: 'tls', ms: tls, colour: 'cancel' },
      { key: 'firstByte', ms: mean('firstByteMs'), colour: 'waiting' },
    ],
    null,
  );
  // Of a request of which the platform tells nothing, the rest would be all and say nothing.
  return told.length === 0 ? [] : withRest(told, mean('requestDurationP50Ms'));
}
