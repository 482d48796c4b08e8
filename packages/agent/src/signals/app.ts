import { reportAgent } from '../diagnostics.js';
import { ask } from '../hook.js';
import { later, now } from '../host.js';
import { MAX_ID, MAX_PROPERTY, textOf } from '../limits.js';
import { coverPage } from '../page-view.js';
import { saveQueue } from '../queue.js';
import { recordEvent } from '../recorder.js';
import { beginSession, type EnterOptions, enterApp, hasEntered, isSessionOver, leaveApp, sceneOf } from '../session.js';
import { flushQueue } from '../transport.js';
import { settleErrors } from './errors.js';
import { isCovered, settleOpenCalls } from './interfaces.js';

// Foreground and background. Every report may come twice, from several sources, and in any order.

/** Name of the query parameter that says who shared a card. */
export const SHARED_BY = '_mlu';
/** The agent's report on itself follows each return to the foreground by this much. Unit: ms. */
const REPORT_AFTER_MS = 10_000;

let isForeground: boolean | undefined;

/** What the app was opened with; the oldest runtimes do not say. */
function optionsOf(given?: EnterOptions): EnterOptions {
  return (given || ask('getEnterOptionsSync') || {}) as EnterOptions;
}

export function launchApp(given?: EnterOptions): void {
  if (hasEntered) return;
  enter(optionsOf(given));
  recordEvent({ kind: 'launch', at: now() });
}

export function showApp(given?: EnterOptions): void {
  if (isForeground) return;
  isForeground = true;
  const options = optionsOf(given);
  launchApp(options);
  enter(options);
  recordEvent({
    kind: 'app_show',
    at: now(),
    scene: sceneOf(options),
    referrer: textOf((options.referrerInfo || {}).appId, MAX_PROPERTY),
    sharedBy: textOf((options.query || {})[SHARED_BY], MAX_ID),
  });
  later(reportAgent, REPORT_AFTER_MS);
}

export function hideApp(): void {
  if (!isForeground) return;
  isForeground = false;
  coverPage();
  recordEvent({ kind: 'app_hide', at: now() });
  leaveApp(isCovered());
  settleErrors();
  reportAgent();
  // The process may be frozen or killed from here on.
  saveQueue(true);
  flushQueue();
}

function enter(options: EnterOptions): void {
  const isOver = isSessionOver();
  if (isOver) {
    settleOpenCalls();
    settleErrors(true);
    beginSession();
  }
  enterApp(options, isOver);
}
