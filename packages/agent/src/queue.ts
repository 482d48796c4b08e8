import type { Device, Session } from '@minilens/wire/envelope';
import type { CallEvent, Event } from '@minilens/wire/event';
import { quietly } from './around.js';
import { settings } from './config.js';
import { isAgreed, sampling } from './control.js';
import { readDevice } from './device.js';
import { later } from './host.js';
import { assign, parsed } from './objects.js';
import { isSampled, lastPlace, nextPlace, session } from './session.js';
import { readText, writeAtOnce, writeSoon } from './storage.js';
import { bytesAtMost } from './utf8-bytes.js';

export type Tags = Record<string, string>;

/** Events of one session that wait to be sent, with the words about session, device and tags their batches carry. */
export interface Group {
  s: Session;
  d?: Device;
  t?: Tags;
  e: Event[];
}

/** A call that had not ended when the queue was saved: if the process dies, nobody will ever be told its end. */
export interface OpenCall {
  name: string;
  at: number;
  page: string | undefined;
  component: string | undefined;
  args: string | undefined;
}

/** What is in storage. */
interface Saved {
  v: 1;
  groups: Group[];
  /** Calls still open in session `s` on device `d`, whose last event was `n`. */
  open?: { s: Session; d: Device; n: number; calls: OpenCall[] } | false | undefined;
}

const KEY = 'minilens_queue';
/** Most that is kept on the device. Unit: bytes. A key may hold about 1 MB, and the app needs storage too. */
const MAX_SAVED_BYTES = 256 * 1024;
/** A change waits this long before it is saved: longer with every event, as the whole queue is written. Unit: ms. */
const SAVE_DELAY_MS = 1_000;
const SAVE_DELAY_PER_EVENT_MS = 5;
const MAX_SAVE_DELAY_MS = 10_000;
/** `request`, `performance` and `page_ready` go first when there is no room: they are many, and each says little. */
const LEAST_WORTH = /^(req|perf|page_r)/;

// The ordered queue: in memory, and in storage so that it outlives the process. An event leaves it only when the server
// has settled it, or when there is no room.
export let groups: Group[] = [];
/** Events that wait. */
export let queueSize = 0;
/** Events that had to be given up for lack of room. */
export let overflowed = 0;
/** Calls whose end is still to come. */
export const openCalls: OpenCall[] = [];

let isDirty: boolean | undefined;
let isSaveComing: boolean | undefined;

/** Takes up what the last process left. Calls that were open when it died end as `unknown`, in the session they were made in. */
export const restoreQueue = quietly(() => {
  // Throws where nothing was saved, or something we did not write.
  const { v, groups: saved, open } = parsed<Saved>(readText(KEY)) as Saved;
  if (v !== 1) return;
  if (open) {
    const { s, d, calls } = open;
    const e = calls.map((call) => assign(call, { kind: 'call', n: ++open.n, outcome: 'unknown' }) as CallEvent);
    saved.push({ s, d, e });
  }
  groups = saved.filter(({ s, e }) => s.id && e[0]);
  keep(() => true);
});

/** Gives the event its place in the running session and queues it. */
export function queueEvent(event: Event, tags: Tags | undefined): void {
  event.n = nextPlace();
  let group = groups[groups.length - 1];
  if (!group || group.s !== session || group.t !== tags) {
    group = { s: session, t: tags, e: [] };
    groups.push(group);
  }
  group.e.push(event);
  queueSize++;
  saveLater();
}

/** The session's events up to `place` are settled, one way or another. */
export function settleUpTo(sessionId: string, place: number): void {
  keep((event, group) => group.s.id !== sessionId || event.n > place);
  saveLater();
}

/** Forgets everything, on the device too. */
export function forgetQueue(): void {
  keep(() => false);
  openCalls.length = 0;
  writeAtOnce(KEY, '');
}

/** Something changed that must be saved soon. */
export function saveLater(): void {
  isDirty = true;
  if (isSaveComing) return;
  isSaveComing = true;
  later(
    () => {
      isSaveComing = false;
      saveQueue();
    },
    Math.min(MAX_SAVE_DELAY_MS, SAVE_DELAY_MS + queueSize * SAVE_DELAY_PER_EVENT_MS),
  );
}

/** Saves what changed; `isNow` before the process may be frozen, else without blocking. */
export function saveQueue(isNow?: boolean): void {
  if (isDirty) saveBounded(LEAST_WORTH, isNow);
}

/** Saves what fits; where all does not, the oldest of these kinds go first, then the oldest of all. */
function saveBounded(kinds: RegExp, isNow?: boolean): void {
  const mayStore = isAgreed();
  isDirty = false;
  if (mayStore) groups.forEach(describeDevice);
  const saved = JSON.stringify({
    v: 1,
    groups,
    // What is filtered or sampled may not go round that by way of the storage.
    open: openCalls[0] &&
      mayStore &&
      isSampled &&
      sampling.call === undefined &&
      !settings.beforeSend && { s: session, d: readDevice(), n: lastPlace, calls: openCalls },
  } satisfies Saved);
  let excess = bytesAtMost(saved) - MAX_SAVED_BYTES;
  if (excess > 0) {
    keep((event) => {
      if (excess <= 0 || !kinds.test(event.kind)) return true;
      excess -= bytesAtMost(JSON.stringify(event)) + 1;
      overflowed++;
      return false;
    });
    saveBounded(/./, isNow);
  } else if (mayStore) (isNow ? writeAtOnce : writeSoon)(KEY, saved);
}

function keep(isKept: (event: Event, group: Group) => boolean): void {
  queueSize = 0;
  groups = groups.filter((group) => {
    group.e = group.e.filter((event) => isKept(event, group));
    queueSize += group.e.length;
    return group.e[0];
  });
}

/** The group with the words about its device: asked when first needed. */
export function describeDevice(group: Group): Group {
  group.d = group.d || readDevice();
  return group;
}
