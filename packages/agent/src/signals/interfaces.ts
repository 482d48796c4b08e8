import type { CallEvent, Outcome } from '@minilens/wire/event';
import type { Fn } from '../hook.js';
import { toDurationMs } from '../limits.js';
import { errCodeOf, errMsgOf, outcomeOf, reportedMessage } from '../outcome.js';
import type { OpenCall } from '../queue.js';
import type { RecordEvent } from '../session.js';
import { type Ending, watchCall } from '../watch-call.js';

/** Calls that may be open at once. A platform that never calls back must not fill memory and storage with them. */
const MAX_OPEN = 100;

export interface Interfaces {
  /** What a monitored `wx` function becomes. */
  watch(name: string): (original: Fn) => Fn;
  /** Calls whose end is still to come. */
  readonly open: OpenCall[];
  /** The session is over: METRICS says that its open calls end as `unknown`. */
  settleOpen(): void;
}

interface Needs {
  now(): number;
  route(): string | undefined;
  record: RecordEvent;
  /** A call began: it must be known to have been made even if the process dies before its end. */
  onOpen(): void;
}

/** One `call` event for every call of a monitored interface, recorded when it ends. */
export function createInterfaces({ now, route, record, onOpen }: Needs): Interfaces {
  const open = new Set<OpenCall>();

  function settle(call: OpenCall, ending: Ending, result: unknown): void {
    if (!open.delete(call)) return;
    const event: Omit<CallEvent, 'n'> = { kind: 'call', at: call.at, name: call.name, outcome: judge(ending, result) };
    if (call.page !== undefined) event.page = call.page;
    if (event.outcome !== 'unknown') event.durationMs = toDurationMs(now() - call.at);
    if (event.outcome === 'fail' || event.outcome === 'cancel') {
      const errMsg = reportedMessage(result);
      const errCode = errCodeOf(result);
      if (errMsg) event.errMsg = errMsg;
      if (errCode !== undefined) event.errCode = errCode;
    }
    record(event);
  }

  return {
    watch: (name) => (original) =>
      watchCall(original, () => {
        const call: OpenCall = { name, at: now(), page: route() };
        open.add(call);
        if (open.size > MAX_OPEN) settle(open.values().next().value as OpenCall, 'unseen', undefined);
        onOpen();
        return (ending, result) => settle(call, ending, result);
      }),
    get open() {
      return Array.from(open);
    },
    settleOpen() {
      for (const call of Array.from(open)) settle(call, 'unseen', undefined);
    },
  };
}

function judge(ending: Ending, result: unknown): Outcome {
  switch (ending) {
    case 'success':
      return 'success';
    case 'complete':
      return outcomeOf(errMsgOf(result));
    case 'unseen':
      return 'unknown';
    default: {
      // The platform, or an exception, said that it failed; the message only tells whether the user wanted that.
      return outcomeOf(errMsgOf(result)) === 'cancel' ? 'cancel' : 'fail';
    }
  }
}
