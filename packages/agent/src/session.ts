import type { Session } from '@minilens/wire/envelope';
import { settings } from './config.js';
import { sampling, user } from './control.js';
import { now, random } from './host.js';
import { assign, type Facts } from './objects.js';
import { randomId } from './random-id.js';
import { routeName } from './route-name.js';

/** Launch and show options; empty in some runtimes. */
export interface EnterOptions {
  scene?: unknown;
  path?: unknown;
  query?: Facts;
  referrerInfo?: Facts;
}

/** The running session. */
export let session: Session;
/** Events of it so far: the place of the last. */
export let lastPlace: number;
/** Whether it is among those that report. */
export let isSampled: boolean;

/** Whether the app has been in the foreground: until then the session's words may still change. */
export let hasEntered: boolean | undefined;
let leftAt = 0;

export function nextPlace(): number {
  return ++lastPlace;
}

/**
 * Begins a session at once. Calls made while the app's files are loaded come before the first `enterApp`: they belong to
 * the coming session.
 */
export function beginSession(): void {
  isSampled = isChosen(sampling.session);
  session = { id: randomId(), startAt: now(), user };
  lastPlace = 0;
}

/** METRICS: a session ends with too long a time in the background. */
export function isSessionOver(): boolean {
  return leftAt > 0 && now() - leftAt > settings.sessionTimeoutMs;
}

/** The app is in the foreground; `isNew`: with a session that has just begun. */
export function enterApp(options: EnterOptions, isNew: boolean): void {
  leftAt = 0;
  if (hasEntered && !isNew) return;
  hasEntered = true;
  assign(session, { startAt: now(), scene: sceneOf(options), entry: routeName(options.path) });
}

/**
 * The app went to the background, or is covered by a screen of the platform's own. METRICS: that is no end; but who is
 * still away after four times as long has left from that screen.
 */
export function leaveApp(isCovered: boolean): void {
  leftAt = now() + (isCovered ? 3 * settings.sessionTimeoutMs : 0);
}

/** Whether something is among the share that is reported; no share means all. */
export function isChosen(share: number | undefined): boolean {
  return share === undefined || random() < share;
}

/** WeChat's scene id: 1001, 1047 … A wrong one would cost the batch. */
export function sceneOf({ scene }: EnterOptions): number | undefined {
  return (scene as number) & 65_535 || undefined;
}
