import type { Session } from '@minilens/wire/envelope';
import { now, topPage } from './host.js';
import { toDurationMs } from './limits.js';
import { recordEvent } from './recorder.js';
import { routeName } from './route-name.js';
import { session } from './session.js';

/** A page instance as the platform passes it in `this`. */
export type PageInstance = { route?: unknown; __route__?: unknown; is?: unknown };

interface View {
  n: number;
  page: PageInstance | undefined;
  session: Session;
  route: string;
  /** Foreground time of the view before it last came into sight. */
  stayMs: number;
  /** When it came into sight; 0 while it is out of sight. */
  since: number;
}

// METRICS: one page `onShow` is one view, except that the same page coming back within the session continues its view.
// That covers native screens, the background, and runtimes that fire `onShow` twice, in whatever order they report.

/** Route that something happening now belongs to. */
export let currentRoute: string | undefined;

let view: View | undefined;
let loading: PageInstance | undefined;
let loadedAt: number;

/** An ordinary component may have methods of these names too; only a page has a route,
 * except in runtimes that know no components. */
function isPage({ route, is }: PageInstance): boolean {
  return !!route || !is;
}

export function loadPage(page: PageInstance): void {
  if (!isPage(page)) return;
  currentRoute = nameOf(page);
  loading = page;
  loadedAt = now();
}

export function showPage(page: PageInstance): void {
  if (!isPage(page)) return;
  const at = now();
  const known = viewOf(page);
  if (known) {
    currentRoute = known.route;
    known.since = known.since || at;
    return;
  }
  coverPage();
  currentRoute = nameOf(page);
  const n = recordEvent({ kind: 'page_show', at, page: currentRoute });
  view = { n, page, session, route: currentRoute, stayMs: 0, since: at };
}

/** Answers whether it is the page that was waited for. */
export function readyPage(page: PageInstance): boolean {
  if (loading !== page) return false;
  loading = undefined;
  recordEvent({ kind: 'page_ready', at: now(), page: nameOf(page), durationMs: toDurationMs(now() - loadedAt) });
  return true;
}

export function hidePage(page: PageInstance): void {
  if (loading === page) loading = undefined; // Not waited for.
  if (viewOf(page)) coverPage();
}

export function unloadPage(page: PageInstance): void {
  hidePage(page);
  if (view && view.page === page) view.page = undefined; // An unloaded page never comes back; do not keep it alive.
}

/** Whatever page is in sight goes out of sight. */
export function coverPage(): void {
  if (!view || !view.since) return;
  const at = now();
  view.stayMs += Math.max(0, at - view.since);
  view.since = 0;
  // A view that is not reported itself (n is 0) has nothing to add to.
  if (view.n) recordEvent({ kind: 'page_hide', at, page: view.route, view: view.n, stayMs: toDurationMs(view.stayMs) });
}

function nameOf(page: PageInstance): string {
  return routeName(page.route || page.__route__ || ((topPage() || page) as PageInstance).route || page.is);
}

function viewOf(page: PageInstance) {
  return view && view.page === page && view.session === session && view;
}
