import type { Fn } from '../hook.js';
import { ask, type Native } from '../native.js';
import { observeHandlers } from '../observe-handlers.js';
import type { PageViews } from '../page-view.js';
import { quietly } from '../quietly.js';
import { type EnterOptions, type Sessions, sceneOf } from '../session.js';

/** Foreground and background. Every report may come twice, from several sources, and in any order. */
export interface Presence {
  readonly hasLaunched: boolean;
  launch(options: EnterOptions): void;
  show(options: EnterOptions): void;
  hide(): void;
}

interface Needs {
  now(): number;
  sessions: Sessions;
  views: PageViews;
  native: Native;
  /** The process may be frozen or killed from here on. */
  onHidden(): void;
}

export function createPresence({ now, sessions, views, native, onHidden }: Needs): Presence {
  let hasLaunched = false;
  let isForeground = false;

  function launch(options: EnterOptions): void {
    if (hasLaunched) return;
    hasLaunched = true;
    sessions.enter(options || ask(native.getLaunchOptionsSync));
    sessions.record({ kind: 'launch', at: now() });
  }

  return {
    get hasLaunched() {
      return hasLaunched;
    },
    launch,
    show(given) {
      if (isForeground) return;
      isForeground = true;
      const options = given || ask(native.getEnterOptionsSync);
      launch(options);
      sessions.enter(options);
      const scene = sceneOf(options);
      sessions.record(scene === undefined ? { kind: 'app_show', at: now() } : { kind: 'app_show', at: now(), scene });
    },
    hide() {
      if (!isForeground) return;
      isForeground = false;
      views.cover();
      sessions.record({ kind: 'app_hide', at: now() });
      sessions.leave();
      onHidden();
    },
  };
}

/** What `App` becomes: the same, with the app's lifecycle observed. */
export const observeApp =
  (presence: Presence) =>
  (App: Fn): Fn =>
    function (this: unknown, options: unknown, ...rest: unknown[]) {
      const observed = observeHandlers(options, {
        onLaunch: (_app, launched) => presence.launch(launched as EnterOptions),
        onShow: (_app, shown) => presence.show(shown as EnterOptions),
        onHide: () => presence.hide(),
      });
      return App.call(this, observed, ...rest);
    };

/** The second source: these exist in the same runtimes, and also where `App` cannot be replaced. */
export function listenToApp({ onAppShow, onAppHide }: Native, presence: Presence): void {
  ask(onAppShow, quietly(presence.show));
  ask(onAppHide, quietly(presence.hide));
}
