import type { Event } from '@minilens/wire/event';
import { settings } from './config.js';
import { consent, isOff, sampling } from './control.js';
import { now } from './host.js';
import { clip, MAX_NAME, MAX_STEP, MAX_STEPS, MAX_TAG, MAX_TAGS } from './limits.js';
import { type Facts, isObject, keys } from './objects.js';
import type { AgentEvent, Sampling } from './public-types.js';
import { queueEvent, type Tags } from './queue.js';
import { isChosen, isSampled } from './session.js';
import { noticeEvent } from './transport.js';

type WithoutPlace<E> = E extends unknown ? Omit<E, 'n'> : never;
/** An event before the session gives it its place; what is undefined is not sent. */
export type NewEvent = WithoutPlace<Event>;

/** Events that `beforeSend` took out. */
export let filtered = 0;

const steps: object[] = [];
let tags: Tags | undefined;

/**
 * The one way of an event into the queue: remembered as a step, then sampled, filtered, and placed. Answers its place
 * `n` in the session; 0 when it is not reported.
 */
export function recordEvent(given: NewEvent): number {
  // What came again is as much reported as its first was.
  if (!addStep(given) || !((given as Facts).count || isChosen(sampling[given.kind as keyof Sampling]))) return 0;
  let event = given as Event;
  if (settings.beforeSend) {
    try {
      // A step says no more than the filter lets through.
      steps.pop();
      event = settings.beforeSend(given as AgentEvent) as unknown as Event;
      // One that cannot be written would keep all others from being sent.
      if (!isObject(event)) throw event;
      JSON.stringify(event);
      steps.push(event);
    } catch {
      // A filter that fails must not let through what it was there to stop.
      filtered++;
      return 0;
    }
  }
  queueEvent(event, tags);
  noticeEvent();
  return event.n;
}

/** Remembers something on the way to an error, while anything is watched at all. Answers whether it is. */
export function addStep(step: object): boolean {
  const isWatching = !isOff && consent !== 'refused' && isSampled;
  if (isWatching && steps.push(step) > MAX_STEPS) steps.shift();
  return isWatching;
}

/** Of a user who refused. */
export function forgetSteps(): void {
  steps.length = 0;
  tags = undefined;
}

/** What of a step may be told with an error: no properties, no arguments, nobody's ids. */
const STEP_WORDS = ['kind', 'name', 'method', 'host', 'path', 'outcome', 'status', 'errMsg', 'page'];

/** The last steps, oldest first: `-1200 request GET api.example.com /orders/:id http_error 500 pages/index/index`, ms before now. */
export function stepsInWords(): string[] {
  return (steps as Facts[]).map((step) =>
    clip(
      [(step.at as number) - now()]
        .concat(STEP_WORDS.map((word) => step[word] as number))
        .filter((word) => word || word === 0)
        .join(' '),
      MAX_STEP,
    ),
  );
}

/** What goes with every event from here on. */
export function setTags(given: Facts): void {
  const kept: Tags = {};
  keys(given)
    .slice(0, MAX_TAGS)
    .forEach((name) => {
      kept[clip(name || '_', MAX_NAME)] = clip(`${given[name]}`, MAX_TAG);
    });
  tags = kept;
}
