import type { Session } from '@minilens/wire/envelope';
import type { Event } from '@minilens/wire/event';
import { routeName } from './route-name.js';

type WithoutPlace<E> = E extends unknown ? Omit<E, 'n'> : never;
/** An event before the session gives it its place. */
export type NewEvent = WithoutPlace<Event>;
/** Puts an event into the running session and answers its place `n`. */
export type RecordEvent = (event: NewEvent) => number;

/** Launch and show options; undefined in some runtimes. */
export type EnterOptions = { scene?: unknown; path?: unknown } | null | undefined;

export interface Sessions {
  readonly current: Session;
  /** Events of the current session so far. */
  readonly lastN: number;
  record: RecordEvent;
  /** The app is in the foreground. Begins a session after a cold start, or after too long in the background. */
  enter(options: EnterOptions): void;
  /** The app went to the background. */
  leave(): void;
}

interface Needs {
  now(): number;
  newId(): string;
  user: string;
  timeoutMs: number;
  push(session: Session, event: Event): void;
  /** The session is over, but still takes events until this returns. */
  onEnd(): void;
}

/** METRICS: a session starts at a cold start or after more than `timeoutMs` in the background. */
export function createSessions({ now, newId, user, timeoutMs, push, onEnd }: Needs): Sessions {
  // Calls made while the app's files are loaded come before the first `enter`: they belong to the coming session.
  let current = begin();
  let lastN = 0;
  let hasEntered = false;
  let leftAt: number | undefined;

  function begin(): Session {
    return { id: newId(), startAt: now(), user };
  }

  return {
    get current() {
      return current;
    },
    get lastN() {
      return lastN;
    },
    record(event) {
      const placed = event as Event;
      placed.n = ++lastN;
      push(current, placed);
      return lastN;
    },
    enter(options) {
      const isOver = leftAt !== undefined && now() - leftAt > timeoutMs;
      leftAt = undefined;
      if (hasEntered && !isOver) return;
      if (isOver) {
        onEnd();
        current = begin();
        lastN = 0;
      }
      hasEntered = true;
      current.startAt = now();
      describe(current, options);
    },
    leave() {
      leftAt = now();
    },
  };
}

function describe(session: Session, options: EnterOptions): void {
  const scene = sceneOf(options);
  if (scene !== undefined) session.scene = scene;
  const entry = routeName(options?.path);
  if (entry) session.entry = entry;
}

/** WeChat's scene id: 1001, 1047 … */
export function sceneOf(options: EnterOptions): number | undefined {
  const scene = Number(options?.scene);
  return scene >= 0 && scene <= 65_535 && scene % 1 === 0 ? scene : undefined;
}
