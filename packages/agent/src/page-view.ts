import { toDurationMs } from './limits.js';
import { routeName } from './route-name.js';
import type { Sessions } from './session.js';

/** A page instance as the platform passes it in `this`. */
export type PageInstance = { route?: unknown; __route__?: unknown };

export interface PageViews {
  /** Route that a call happening now belongs to. */
  readonly route: string | undefined;
  load(page: PageInstance): void;
  show(page: PageInstance): void;
  hide(page: PageInstance): void;
  unload(page: PageInstance): void;
  /** Whatever page is in sight goes out of sight: the app is going to the background. */
  cover(): void;
}

interface View {
  n: number;
  page: PageInstance | undefined;
  session: string;
  route: string;
  /** Foreground time of the view before it last came into sight. */
  stayMs: number;
  /** When it came into sight; undefined while it is out of sight. */
  seenSince: number | undefined;
}

/**
 * METRICS: one page `onShow` is one view, except that the same page coming back within the session continues its view.
 * That covers native screens, the background, and runtimes that fire `onShow` twice, in whatever order they report.
 */
export function createPageViews({
  now,
  sessions,
  topPage,
}: {
  now(): number;
  sessions: Sessions;
  topPage(): unknown;
}): PageViews {
  let view: View | undefined;
  let route: string | undefined;

  function cover(): void {
    if (!view || view.seenSince === undefined) return;
    const at = now();
    view.stayMs += Math.max(0, at - view.seenSince);
    view.seenSince = undefined;
    sessions.record({ kind: 'page_hide', at, page: view.route, view: view.n, stayMs: toDurationMs(view.stayMs) });
  }

  function nameOf(page: PageInstance): string {
    return routeName(page.route || page.__route__ || (topPage() as PageInstance | undefined)?.route);
  }

  const isCurrent = (page: PageInstance) =>
    view !== undefined && view.page === page && view.session === sessions.current.id;

  return {
    get route() {
      return route;
    },
    load(page) {
      route = nameOf(page);
    },
    show(page) {
      const at = now();
      if (view && isCurrent(page)) {
        route = view.route;
        if (view.seenSince === undefined) view.seenSince = at;
        return;
      }
      cover();
      route = nameOf(page);
      const n = sessions.record({ kind: 'page_show', at, page: route });
      view = { n, page, session: sessions.current.id, route, stayMs: 0, seenSince: at };
    },
    hide(page) {
      if (isCurrent(page)) cover();
    },
    unload(page) {
      if (!view || !isCurrent(page)) return;
      cover();
      view.page = undefined; // An unloaded page never comes back; do not keep it alive.
    },
    cover,
  };
}
