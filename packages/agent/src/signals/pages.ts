import type { Fn } from '../hook.js';
import { observeHandlers } from '../observe-handlers.js';
import type { PageInstance, PageViews } from '../page-view.js';
import type { Presence } from './app.js';

const handlers = (views: PageViews, presence: Presence) => ({
  onLoad: (page: PageInstance) => views.load(page),
  onShow(page: PageInstance) {
    presence.show(undefined); // Some platforms show the page before they show the app.
    views.show(page);
  },
  onHide: (page: PageInstance) => views.hide(page),
  onUnload: (page: PageInstance) => views.unload(page),
});

/** What `Page` becomes: the same, with the page's lifecycle observed. */
export const observePage =
  (views: PageViews, presence: Presence) =>
  (Page: Fn): Fn =>
    function (this: unknown, options: unknown, ...rest: unknown[]) {
      return Page.call(this, observeHandlers(options, handlers(views, presence)), ...rest);
    };

/**
 * What `Component` becomes. Some frameworks build their pages with it: such a component has page handlers among its
 * methods. Any other is handed on untouched.
 */
export const observeComponent =
  (views: PageViews, presence: Presence) =>
  (Component: Fn): Fn =>
    function (this: unknown, options: unknown, ...rest: unknown[]) {
      const methods = (options as { methods?: Record<string, unknown> } | null | undefined)?.methods;
      if (!methods || !(methods.onLoad || methods.onShow)) return Component.call(this, options, ...rest);
      const observed = Object.assign(Object.create(Object.getPrototypeOf(options)), options, {
        methods: observeHandlers(methods, handlers(views, presence)),
      });
      return Component.call(this, observed, ...rest);
    };
