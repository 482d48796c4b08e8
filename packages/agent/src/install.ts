import { around } from './around.js';
import { listOf, settings } from './config.js';
import { isOff, remote, switchOff } from './control.js';
import { hook, hookStates, listen, unhook } from './hook.js';
import { constructors, later, platform, topPage } from './host.js';
import { copyOf, type Fn, isObject, keys } from './objects.js';
import { observe } from './observe.js';
import { type PageInstance, showPage } from './page-view.js';
import { forgetQueue } from './queue.js';
import { hideApp, launchApp, showApp } from './signals/app.js';
import { errorObservers } from './signals/errors.js';
import { REQUEST_APIS, watchNames } from './signals/interfaces.js';
import { observeBehavior, observeComponent, observePage } from './signals/pages.js';
import { watchRequests } from './signals/requests.js';

const DEFAULT_APIS = ['requestPayment', 'scanCode', 'previewImage'];

/** The definition of an App, with its lifecycle and its errors observed. */
export function observeApp<T>(definition: T): T {
  return observe(
    definition as object,
    copyOf(errorObservers, { onLaunch: launchApp, onShow: showApp, onHide: hideApp }),
  ) as T;
}

const CONSTRUCTORS: Record<string, <T>(definition: T) => T> = {
  App: observeApp,
  Page: observePage,
  Component: observeComponent,
  Behavior: observeBehavior,
};

/** Puts the agent in the way of everything it watches. */
export function install(): void {
  if (!settings.manual) {
    keys(CONSTRUCTORS).forEach((name) => {
      const observeIt = CONSTRUCTORS[name] as Fn;
      hook(name, constructors, (original) =>
        around(original, (definition) => isObject(definition) && observeIt(definition)),
      );
    });
    REQUEST_APIS.forEach((api) => {
      hook(api, platform, watchRequests(api));
    });
  }
  configure();
  // The second source: these exist in the same runtimes, and also where `App` cannot be replaced.
  listen('onAppShow', showApp);
  listen('onAppHide', hideApp);
  // Pages made of components alone show themselves in no other way.
  listen('onAppRoute', () => later(() => showPage(topPage() as PageInstance), 0));
}

/** Follows what the server said, and where it said nothing, what the app did. */
export function configure(): void {
  const { off, hookApis } = remote.values;
  if (off) {
    uninstall();
    forgetQueue();
  } else if (!settings.manual && !isOff)
    watchNames(listOf(hookApis || settings.hookApis || DEFAULT_APIS).map((name) => `${name}`.replace(/^wx\./, '')));
}

/** What the app wants watched from now on; the server's word counts more. */
export function setHookApis(names: string[]): void {
  settings.hookApis = names;
  configure();
}

/** Stops for good and puts back what nobody else has replaced since. */
export function uninstall(): void {
  switchOff();
  watchNames([]);
  keys(hookStates()).forEach(unhook);
}
