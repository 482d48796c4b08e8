/** A clock that moves only when told to, and fires the timers it passes, in order of their time. */
export interface VirtualClock {
  /** Unit: ms since the Unix epoch. */
  now(): number;
  setTimeout(task: () => void, delayMs: number): Timer;
  clearTimeout(timer: Timer | undefined): void;
  /** Moves on by this much. Timers that fire may set others; those that come due are fired too. */
  advance(ms: number): void;
  /** Moves on to this moment; does nothing when it has passed. */
  advanceTo(atMs: number): void;
  /** As `advance`, but lets promises settle after every timer, for code that awaits. */
  advanceAsync(ms: number): Promise<void>;
}

export interface Timer {
  at: number;
  /** Timers of the same moment fire in the order in which they were set. */
  order: number;
  task: (() => void) | undefined;
}

export function createVirtualClock(startMs: number): VirtualClock {
  const heap: Timer[] = [];
  let nowMs = startMs;
  let order = 0;

  function fireNext(untilMs: number): boolean {
    const next = heap[0];
    if (!next || next.at > untilMs) return false;
    removeFirst(heap);
    nowMs = Math.max(nowMs, next.at);
    next.task?.();
    return true;
  }

  function advanceTo(atMs: number): void {
    while (fireNext(atMs)) {}
    nowMs = Math.max(nowMs, atMs);
  }

  return {
    now: () => nowMs,
    setTimeout(task, delayMs) {
      const timer = { at: nowMs + Math.max(0, delayMs || 0), order: order++, task };
      insert(heap, timer);
      return timer;
    },
    clearTimeout(timer) {
      if (timer) timer.task = undefined;
    },
    advance: (ms) => advanceTo(nowMs + ms),
    advanceTo,
    async advanceAsync(ms) {
      const untilMs = nowMs + ms;
      do await settlePromises();
      while (fireNext(untilMs));
      nowMs = untilMs;
    },
  };
}

/** Chains of promises need several turns; a macrotask outlasts them all. */
const settlePromises = () => new Promise<void>((resolve) => setImmediate(resolve));

const isBefore = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order);

function insert(heap: Timer[], timer: Timer): void {
  let at = heap.length;
  heap.push(timer);
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above] as Timer;
    if (isBefore(parent, timer)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = timer;
}

function removeFirst(heap: Timer[]): void {
  const last = heap.pop() as Timer;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && isBefore(heap[below + 1] as Timer, heap[below] as Timer)) below++;
    const child = heap[below] as Timer;
    if (isBefore(last, child)) break;
    heap[at] = child;
    at = below;
  }
  heap[at] = last;
}
