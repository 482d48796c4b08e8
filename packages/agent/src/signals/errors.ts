import type { ErrorSource } from '@minilens/wire/event';
import { listen } from '../hook.js';
import { later, now } from '../host.js';
import { clip, jsonOf, MAX_MESSAGE, MAX_NAME, MAX_PROPS, MAX_STACK, textOf } from '../limits.js';
import { copyOf, type Facts, keys } from '../objects.js';
import type { Observers } from '../observe.js';
import { errMsgOf } from '../outcome.js';
import { currentRoute } from '../page-view.js';
import { type NewEvent, recordEvent, stepsInWords } from '../recorder.js';
import { routeName } from '../route-name.js';

// One `error` event for the first of its kind, with the steps before it, and one for its repetitions in each while.

/** Repetitions are told together, this long after the first of them. Unit: ms. */
const COLLAPSE_MS = 10_000;
/** Different errors told apart at a time. */
const MAX_KINDS = 50;

/** By kind: the event without its steps, and how often it came again; endlessly negative when it is not among those reported. */
let known: Record<string, [event: object, again: number]> = {};

export function raiseError(source: ErrorSource, error: unknown, tags?: unknown): void {
  const event = describe(error);
  const key = (source + event.errMsg + event.stack).replace(/\d/g, '');
  const same = known[key];
  if (same) {
    if (!same[1]++) later(settleErrors, COLLAPSE_MS);
    return;
  }
  if (keys(known).length >= MAX_KINDS) settleErrors(true);
  const first = copyOf(event, { kind: 'error', source, page: currentRoute, props: jsonOf(tags, MAX_PROPS) });
  const place = recordEvent(copyOf(first, { at: now(), steps: stepsInWords() }) as unknown as NewEvent);
  known[key] = [first, place ? 0 : -1 / 0];
}

/** Tells the repetitions so far; `isOver`: and takes the next of each kind for its first. */
export function settleErrors(isOver?: boolean): void {
  for (const key in known) {
    const entry = known[key] as [object, number];
    if (entry[1] > 0) {
      recordEvent(copyOf(entry[0], { at: now(), count: entry[1] }) as NewEvent);
      entry[1] = 0;
    }
  }
  if (isOver) known = {};
}

/** What is observed of an App definition: what `wx` itself does not tell. */
export const errorObservers: Observers = {
  onPageNotFound({ path }: Facts) {
    raiseError('page_not_found', routeName(path));
  },
};

export function watchErrors(): void {
  watch('onError', 'app');
  watch('onUnhandledRejection', 'promise');
  watch('onLazyLoadError', 'lazy_load');
}

function watch(name: string, source: ErrorSource): void {
  const told = (error: unknown) => raiseError(source, source === 'promise' ? (error as Facts).reason : error);
  if (!listen(name, told)) errorObservers[name] = told;
}

/** What an error says of itself, whatever was thrown: an Error, a result object, `App.onError`'s text with a stack in it. */
function describe(error: unknown): { name: string; errMsg: string; stack: string | undefined } {
  const { name, stack } = (error || {}) as Facts;
  const text = errMsgOf(error) || String(error);
  // "MiniProgramError", then the message, then "TypeError: message" and the frames; or the last of these alone.
  return {
    name: clip(`${name || /\b\w*Error(?=:)/.exec(`${text}\n${stack}`) || ''}`, MAX_NAME),
    errMsg: clip(text.replace(/^\w*Error(:|\n)\s*/, ''), MAX_MESSAGE).split('\n', 1)[0] as string,
    stack: textOf(stack || (/\n/.test(text) && text), MAX_STACK),
  };
}
