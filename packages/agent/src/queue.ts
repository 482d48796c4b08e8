import type { Device, Session } from '@minilens/wire/envelope';
import type { CallEvent, Event } from '@minilens/wire/event';
import type { Storage } from './storage.js';
import { utf8Bytes } from './utf8-bytes.js';

/** Events of one session that wait to be sent, with the session and device words their batches carry. */
export interface Group {
  s: Session;
  d: Device | undefined;
  e: Event[];
}

/** A call that had not ended when the queue was saved: if the process dies, nobody will ever be told its end. */
export interface OpenCall {
  name: string;
  at: number;
  page: string | undefined;
}

/** What is in storage. */
interface Saved {
  v: 1;
  groups: Group[];
  /** Calls still open in session `s` on device `d`, whose last event was `n`. */
  open?: { s: Session; d?: Device; n: number; calls: OpenCall[] };
}

const KEY = 'minilens_queue';
/** Most that is kept on the device. Unit: bytes. A key may hold about 1 MB, and the app needs storage too. */
const MAX_SAVED_BYTES = 256 * 1024;
/** A change waits this long before it is saved: longer with every event, as the whole queue is written. Unit: ms. */
const SAVE_DELAY_MS = 1_000;
const SAVE_DELAY_PER_EVENT_MS = 5;
const MAX_SAVE_DELAY_MS = 10_000;
/** Dropped first when there is no room, because they are many and each says little. */
const LEAST_WORTH: Event['kind'] = 'request';

export interface Queue {
  readonly length: number;
  /** Events that had to be given up for lack of room. */
  readonly dropped: number;
  push(session: Session, event: Event): void;
  /** Something changed that must be saved soon, besides the events themselves. */
  changed(): void;
  /** The oldest group that has events. */
  first(): Group | undefined;
  /** The session's events up to `lastN` are settled, one way or another. */
  settle(sessionId: string, lastN: number): void;
  /** Saves what changed; `now` before the process may be frozen, else without blocking. */
  save(when: 'now' | 'soon'): void;
}

interface Needs {
  storage: Storage;
  later(task: () => void, delayMs: number): void;
  device(): Device;
  openCalls(): Saved['open'];
}

/**
 * The ordered queue: in memory, and in storage so that it outlives the process. An event leaves it only when the server
 * has settled it, or when there is no room.
 */
export function createQueue({ storage, later, device, openCalls }: Needs): Queue {
  const groups: Group[] = restore(storage.read(KEY));
  let length = groups.reduce((sum, group) => sum + group.e.length, 0);
  let dropped = 0;
  let isDirty = false;
  let isSaveComing = false;

  function changed(): void {
    isDirty = true;
    if (isSaveComing) return;
    isSaveComing = true;
    later(
      () => {
        isSaveComing = false;
        save('soon');
      },
      Math.min(MAX_SAVE_DELAY_MS, SAVE_DELAY_MS + length * SAVE_DELAY_PER_EVENT_MS),
    );
  }

  function text(): string {
    for (const group of groups) if (!group.d) group.d = device();
    const saved: Saved = { v: 1, groups };
    const open = openCalls();
    if (open) saved.open = Object.assign({ d: device() }, open);
    return JSON.stringify(saved);
  }

  function save(when: 'now' | 'soon'): void {
    if (!isDirty) return;
    isDirty = false;
    let saved = text();
    let excess = utf8Bytes(saved) - MAX_SAVED_BYTES;
    if (excess > 0) {
      excess = makeRoom(excess, (event) => event.kind === LEAST_WORTH);
      makeRoom(excess, () => true);
      saved = text();
    }
    if (when === 'now') storage.writeNow(KEY, saved);
    else storage.write(KEY, saved);
  }

  /** Drops the oldest events that may go until `excess` bytes are free; answers what is still missing. */
  function makeRoom(excess: number, mayGo: (event: Event) => boolean): number {
    let missing = excess;
    for (const group of groups) {
      const kept: Event[] = [];
      for (const event of group.e) {
        if (missing > 0 && mayGo(event)) missing -= utf8Bytes(JSON.stringify(event)) + 1;
        else kept.push(event);
      }
      dropped += group.e.length - kept.length;
      length -= group.e.length - kept.length;
      group.e = kept;
    }
    removeEmpty();
    return missing;
  }

  function removeEmpty(): void {
    for (let i = groups.length - 1; i >= 0; i--) if (groups[i]?.e.length === 0) groups.splice(i, 1);
  }

  return {
    get length() {
      return length;
    },
    get dropped() {
      return dropped;
    },
    push(session, event) {
      let group = groups[groups.length - 1];
      if (!group || group.s !== session) {
        group = { s: session, d: undefined, e: [] };
        groups.push(group);
      }
      group.e.push(event);
      length++;
      changed();
    },
    changed,
    first() {
      const group = groups[0];
      if (group && !group.d) group.d = device();
      return group;
    },
    settle(sessionId, lastN) {
      for (const group of groups) {
        if (group.s.id !== sessionId) continue;
        const waiting = group.e.filter((event) => event.n > lastN);
        length -= group.e.length - waiting.length;
        group.e = waiting;
      }
      removeEmpty();
      changed();
    },
    save,
  };
}

/** Calls that were open when the process died end as `unknown`, in the session they were made in. */
function restore(text = ''): Group[] {
  try {
    const saved = JSON.parse(text) as Saved;
    const groups = saved.groups.filter((group) => group.s.id && group.e.length > 0);
    if (saved.open) addUnknown(groups, saved.open);
    return groups;
  } catch {
    return []; // Nothing saved, or something we did not write.
  }
}

function addUnknown(groups: Group[], { s, d, n, calls }: NonNullable<Saved['open']>): void {
  let group = groups.find((candidate) => candidate.s.id === s.id);
  if (!group) {
    group = { s, d, e: [] };
    groups.push(group);
  }
  for (const { name, at, page } of calls) {
    n++;
    const event: CallEvent = { kind: 'call', n, at, name, outcome: 'unknown' };
    if (page !== undefined) event.page = page;
    group.e.push(event);
  }
}
