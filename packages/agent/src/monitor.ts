import { readConfig } from './config.js';
import { answerConsent, isOff, restoreControl } from './control.js';
import { diagnostics } from './diagnostics.js';
import { isHooked, markPlatform } from './hook.js';
import { constructors, later, now, platform, say } from './host.js';
import { install, observeApp, setHookApis, uninstall } from './install.js';
import { clip, jsonOf, MAX_NAME, MAX_PROPERTY, MAX_PROPS, textOf } from './limits.js';
import { type Facts, keys } from './objects.js';
import { currentRoute } from './page-view.js';
import type { Monitor } from './public-types.js';
import { forgetQueue, restoreQueue, saveLater } from './queue.js';
import { forgetSteps, recordEvent, setTags } from './recorder.js';
import { beginSession } from './session.js';
import { raiseError, watchErrors } from './signals/errors.js';
import { watchApi } from './signals/interfaces.js';
import { observeComponent, observePage } from './signals/pages.js';
import { watchEntries, watchMemory } from './signals/performance.js';
import { flushQueue, sendBatch } from './transport.js';

export type { AgentEvent, Diagnostics, HookState, Monitor, MonitorConfig, Sampling } from './public-types.js';

/** An agent that was switched off asks so long after the start whether it still is: the app's requests go first. Unit: ms. */
const ASK_AFTER_MS = 5_000;

/** Whether `config` has done its work. */
let isRunning: boolean | undefined;

const monitor = {
  config(given) {
    if (isRunning || !platform) return;
    // Another copy of the agent, from another package of the app.
    if ([platform, constructors.App, constructors.Page].some(isHooked)) return say('already at work');
    const problem = readConfig(given);
    if (problem) return say(problem);
    isRunning = true;
    markPlatform();
    restoreControl();
    restoreQueue();
    beginSession();
    if (isOff) return later(sendBatch, ASK_AFTER_MS);
    watchErrors();
    watchEntries();
    watchMemory();
    install();
  },
  diagnostics,
  setHookApis,
  captureException: (error, context) => raiseError('captured', error, context && context.tags),
  track(name, properties) {
    recordEvent({
      kind: 'custom',
      at: now(),
      name: clip(`${name}`, MAX_NAME),
      page: currentRoute,
      props: jsonOf(properties, MAX_PROPS),
    });
  },
  setUser(attributes) {
    recordEvent({
      kind: 'user',
      at: now(),
      openid: textOf(attributes.openid, MAX_PROPERTY),
      unionid: textOf(attributes.unionid, MAX_PROPERTY),
      props: jsonOf(attributes, MAX_PROPS),
    });
  },
  setTags,
  setConsent(isGranted) {
    answerConsent(isGranted);
    if (isGranted) {
      saveLater();
      flushQueue();
    } else {
      forgetQueue();
      forgetSteps();
      beginSession();
    }
  },
  wrapApi: watchApi as Monitor['wrapApi'],
  wrapApp: observeApp,
  wrapPage: observePage,
  wrapComponent: observeComponent,
  destroy: uninstall,
} as Monitor & { default: Monitor };

// Whatever goes wrong in here, the app goes on without us; what was to be wrapped stays as it is.
keys(monitor).forEach((key) => {
  const name = key as keyof Monitor;
  const method = monitor[name] as (a: unknown, b: unknown) => unknown;
  (monitor as unknown as Facts)[name] = (a: unknown, b: unknown) => {
    try {
      if (isRunning || name === 'config') return method(a, b);
    } catch {
      // Our mistake.
    }
    return name === 'wrapApi' ? b : /^wrap/.test(name) ? a : undefined;
  };
});

monitor.default = monitor;
export default monitor;
