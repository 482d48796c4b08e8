import { quietly } from '../around.js';
import { ask, listen, noteSource } from '../hook.js';
import { heapBytes, now, random } from '../host.js';
import { toDurationMs } from '../limits.js';
import type { Facts, Fn } from '../objects.js';
import { currentRoute } from '../page-view.js';
import { recordEvent } from '../recorder.js';
import { routeName } from '../route-name.js';

// What the platform measures itself. Where it does not, nothing is recorded.

/** Share of pages whose updates are measured. */
const MEASURED_PAGES = 0.2;
/** An update is told of when it took as long. Unit: ms. */
const SLOW_UPDATE_MS = 50;
/** Slow updates told of one page. */
const MAX_SLOW_UPDATES = 10;

function measured(name: string, durationMs?: number, value?: number, page = currentRoute): void {
  recordEvent({ kind: 'performance', at: now(), name, page, durationMs, value });
}

/** Does it where this runtime can, and notes whether it could. */
function attempt(source: string, task: Fn): Fn {
  return quietly((subject) => {
    noteSource(source, false);
    task(subject);
    noteSource(source, true);
  });
}

/** Listens to the platform's own measurements. */
export const watchEntries = attempt('getPerformance', () => {
  const heard = quietly((list: { getEntries(): Facts[] }) => {
    list.getEntries().forEach(({ name, duration, path }) => {
      if ((duration as number) > 0)
        measured(name as string, toDurationMs(duration as number), undefined, routeName(path) || currentRoute);
    });
  });
  (ask('getPerformance') as { createObserver: Fn }).createObserver(heard).observe({
    entryTypes: ['navigation', 'render', 'script', 'loadPackage'],
  });
});

export function watchMemory(): void {
  listen('onMemoryWarning', (warning?: Facts) => measured('memoryWarning', undefined, (warning || {}).level as number));
}

/** A page is about to load: before the app, whose own listener would otherwise be replaced by ours. */
export const measureUpdates = attempt('setUpdatePerformanceListener', (page) => {
  const route = currentRoute;
  let left = MAX_SLOW_UPDATES;
  // Called where it is missing, too: that throws, and so is noted.
  if (!page.setUpdatePerformanceListener || random() < MEASURED_PAGES)
    page.setUpdatePerformanceListener(
      {},
      quietly(({ updateStartTimestamp, updateEndTimestamp }: Record<string, number>) => {
        const tookMs = (updateEndTimestamp as number) - (updateStartTimestamp as number);
        if (tookMs >= SLOW_UPDATE_MS && left-- > 0) measured('setData', toDurationMs(tookMs), undefined, route);
      }),
    );
});

export const sampleMemory = attempt('memory', () => {
  measured('memory', undefined, heapBytes());
});
