import { consent, isAgreed, isOff, remote, sampling } from './control.js';
import { hookStates } from './hook.js';
import { now } from './host.js';
import { MAX_PROPS } from './limits.js';
import type { Diagnostics } from './public-types.js';
import { overflowed, queueSize } from './queue.js';
import { filtered, recordEvent } from './recorder.js';
import { isSampled, session } from './session.js';
import { refused, sent } from './transport.js';
import { AGENT_VERSION } from './version.js';

let lastReport: string | undefined;

/** What is in place and what had to be dropped. */
export function diagnostics(): Diagnostics {
  return {
    version: AGENT_VERSION,
    state: isOff ? 'off' : isAgreed() && !isSampled ? 'unsampled' : consent,
    hooks: hookStates(),
    waiting: queueSize,
    sent,
    dropped: { full: overflowed, refused, filtered },
    config: remote.version,
    sampling,
  };
}

/** Tells the server all of that but what is as it should be, once a session and when it has changed. */
export function reportAgent(): void {
  const props = JSON.stringify(diagnostics(), (name, value) =>
    value === 'hooked' || /^(waiting|sent|version)$/.test(name) ? undefined : value,
  );
  if (props.length <= MAX_PROPS && session.id + props !== lastReport) recordEvent({ kind: 'agent', at: now(), props });
  lastReport = session.id + props;
}
