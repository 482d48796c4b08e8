import type { AnyFunction } from './agent-process.js';

/** What the platform measures while a page opens. */
export interface Opening {
  /** From the page's `onShow` to its `onReady`. Unit: ms. */
  readyMs: number;
  /** What observers are told once the page is ready. */
  entries: readonly PerformanceEntry[];
}

/** One entry, in the platform's names. */
export interface PerformanceEntry {
  entryType: 'navigation' | 'render' | 'script' | 'loadPackage';
  name: string;
  /** Route of the page, of the types `navigation` and `render`. */
  path?: string;
  /** Unit: ms. */
  duration: number;
}

/** `wx.getPerformance` of one process, and those who observe there. */
export function createPerformanceObservers() {
  const observers: { entryTypes: string[]; heard: AnyFunction }[] = [];
  return {
    getPerformance: () => ({
      createObserver: (heard: AnyFunction) => ({
        observe: ({ entryTypes }: { entryTypes: string[] }) => void observers.push({ entryTypes, heard }),
      }),
    }),
    /** Each observer hears of those entries that are of its types. */
    tell(entries: readonly PerformanceEntry[]) {
      for (const { entryTypes, heard } of observers) {
        const own = entries.filter(({ entryType }) => entryTypes.includes(entryType));
        if (own.length > 0) heard({ getEntries: () => own });
      }
    },
  };
}
