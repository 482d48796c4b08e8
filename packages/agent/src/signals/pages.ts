import { listOf, settings } from '../config.js';
import { isAgreed, isOff, user } from '../control.js';
import { now } from '../host.js';
import { copyOf, type Facts, isFunction, isObject, keys } from '../objects.js';
import { type Observers, observe } from '../observe.js';
import { currentRoute, hidePage, loadPage, type PageInstance, readyPage, showPage, unloadPage } from '../page-view.js';
import { addStep, recordEvent } from '../recorder.js';
import { SHARED_BY, showApp } from './app.js';
import { measureUpdates, sampleMemory } from './performance.js';

const LIFECYCLE: Observers = {
  onLoad(this: PageInstance) {
    loadPage(this);
    measureUpdates(this);
  },
  onShow(this: PageInstance) {
    showApp(); // Some platforms show the page before they show the app.
    showPage(this);
  },
  onReady(this: PageInstance) {
    if (readyPage(this)) sampleMemory();
  },
  onHide(this: PageInstance) {
    hidePage(this);
  },
  onUnload(this: PageInstance) {
    unloadPage(this);
  },
  onShareAppMessage(options?: { from?: 'button' | 'menu' }) {
    recordEvent({ kind: 'share', at: now(), page: currentRoute || '', source: (options || {}).from });
  },
};

function onTap(name: string) {
  return addStep({ kind: 'tap', at: now(), name, page: currentRoute });
}

/** The definition of a page, with its lifecycle, shares and taps observed. */
export function observePage<T>(definition: T, isShared?: unknown): T {
  const { behaviors } = definition as { behaviors?: unknown };
  const copy = observe(definition as object, LIFECYCLE, onTap, isShared || listOf(behaviors)[0]) as Facts;
  const share = copy.onShareAppMessage;
  // Lets the path that is shared say who shares it. Nobody else's answer is touched.
  if (settings.tagShares && isFunction(share))
    copy.onShareAppMessage = function (this: unknown) {
      const answer = share.apply(this, arguments as unknown as unknown[]);
      const path = isObject(answer) && answer.path;
      return typeof path === 'string' && isAgreed() && !isOff
        ? copyOf(answer, { path: `${path + (path.indexOf('?') < 0 ? '?' : '&') + SHARED_BY}=${user}` })
        : answer;
    };
  return copy as T;
}

/** The definition of a component. */
export function observeComponent<T>(definition: T, isShared?: unknown): T {
  const { methods, behaviors } = definition as { [part: string]: Facts | undefined };
  const changes: Facts = {};
  // A component is a page when it has handlers of one, which frameworks put among its methods.
  const isPage = methods && keys(methods).some((name) => name in LIFECYCLE);
  if (methods)
    changes.methods = isPage ? observePage(methods, isShared || listOf(behaviors)[0]) : observe(methods, {}, onTap);
  return copyOf(definition as object, changes) as T;
}

/** The definition of a behavior, which several components may share. */
export function observeBehavior<T>(definition: T): T {
  return observeComponent(definition, true);
}
