import { runningIn } from '../around.js';
import { listOf, settings } from '../config.js';
import { isOff } from '../control.js';
import { hook, unhook } from '../hook.js';
import { isThere, now, platform, subpackageRoots } from '../host.js';
import { jsonOf, MAX_ARGS, MAX_PATH, textOf, toDurationMs } from '../limits.js';
import { type Facts, type Fn, keys } from '../objects.js';
import { errCodeOf, outcomeOf, reportedMessage } from '../outcome.js';
import { currentRoute } from '../page-view.js';
import { type OpenCall, openCalls, saveLater } from '../queue.js';
import { recordEvent } from '../recorder.js';
import { type Ending, watchCall } from '../watch-call.js';

/** Calls that may be open at once. A platform that never calls back must not fill memory and storage with them. */
const MAX_OPEN = 100;

/** Requests are always watched, by a module of their own. */
export const REQUEST_APIS = ['request', 'uploadFile', 'downloadFile', 'connectSocket'];

/**
 * What `'*'` leaves out: listeners, factories, synchronous functions, and calls that are many and say little. The README
 * lists them.
 */
const NOISE = /^(on|off|create|report|set(Nav|Back))|(Sync|Manager|Context|Toast|Loading|(Socket|Storage)\w*)$/;

/** They cover the app with a screen of the platform's own. */
const NATIVE_SCREEN = /Payment$|^(scan|preview|choose|open|authorize|save|navigateToM)/;
/** Such a screen comes up within this time; some calls have ended by then. Unit: ms. */
const SCREEN_COMES_MS = 2_000;

/** Nothing of a payment leaves the device, whatever the app allows. */
const SECRET = /pay|sign|nonce|^(package|timeStamp)$/i;

/** By name: whether it is a guess of `'*'`, which nobody said tells its end. */
let watched: Record<string, boolean> = {};
let screenAt: number;

/** Watches these names of `wx` and no others. */
export function watchNames(names: string[]): void {
  const wanted: typeof watched = {};
  if (names.indexOf('*') >= 0) for (const name in platform) if (!NOISE.test(name) && isThere(name)) wanted[name] = true;
  names.forEach((name) => {
    wanted[name] = false;
  });
  REQUEST_APIS.concat('*').forEach((name) => {
    delete wanted[name];
  });
  for (const name in watched) if (!(name in wanted)) unhook(name);
  keys(wanted).forEach((name) => {
    if (!(name in watched)) hook(name, platform, (original) => watchApi(name, original, true));
  });
  watched = wanted;
}

/**
 * The function, watched under this name: one `call` event for every call, recorded when it ends.
 *
 * @param isHook ends with its name's being watched.
 */
export function watchApi(name: string, original: Fn, isHook?: boolean): Fn {
  const opensScreen = NATIVE_SCREEN.test(name);
  const allowed = !SECRET.test(name) && (settings.recordArgs || {})[name];
  return watchCall(
    original,
    (argument) => {
      if (isOff || (isHook && !(name in watched))) return undefined;
      const at = now();
      const page = currentRoute;
      const inside = runningIn();
      const call: OpenCall = {
        name,
        at,
        page,
        component: inside === page ? undefined : textOf(inside, MAX_PATH),
        args: allowed ? argumentsOf((argument || {}) as Facts, allowed) : undefined,
      };
      if (opensScreen) screenAt = at;
      if (openCalls.push(call) > MAX_OPEN) settleCall(openCalls[0] as OpenCall, 'complete');
      // It must be known to have been made even if the process dies before its end.
      saveLater();
      return (ending, result) => settleCall(call, ending, result);
    },
    /Sync$/.test(name) && 'sync',
  );
}

function settleCall(call: OpenCall, ending: Ending, result?: unknown): void {
  const i = openCalls.indexOf(call);
  if (i < 0) return;
  const last = openCalls.pop() as OpenCall;
  if (last !== call) openCalls[i] = last;
  if (watched[call.name] && /unseen|thrown/.test(ending)) return;
  const outcome = outcomeOf(ending, result);
  const isBad = outcome === 'fail' || outcome === 'cancel';
  recordEvent({
    kind: 'call',
    at: call.at,
    name: call.name,
    outcome,
    durationMs: outcome === 'unknown' ? undefined : toDurationMs(now() - call.at),
    page: call.page,
    errMsg: (isBad && reportedMessage(result)) || undefined,
    errCode: isBad ? errCodeOf(result) : undefined,
    component: call.component,
    subpackage: subpackageOf(call.page),
    args: call.args,
  });
}

/** The session is over: METRICS says that its open calls end as `unknown`. */
export function settleOpenCalls(): void {
  while (openCalls[0]) settleCall(openCalls[0], 'complete');
}

/** Whether the app has just handed over to a screen of the platform's own. */
export function isCovered(): boolean {
  return now() - screenAt < SCREEN_COMES_MS || openCalls.some(({ name }) => NATIVE_SCREEN.test(name));
}

let roots: string[] | undefined;

/** Root of the subpackage a page belongs to. */
function subpackageOf(page: string | undefined): string | undefined {
  roots = roots || subpackageRoots().concat(listOf(settings.subpackages));
  return page && roots[0] && roots.filter((root) => page.indexOf(`${root}/`.replace('//', '/')) === 0)[0];
}

/** The arguments the app allowed, as JSON. */
function argumentsOf(argument: Facts, names: string[]): string | undefined {
  const allowed: Facts = {};
  names.forEach((name) => {
    if (!SECRET.test(name)) allowed[name] = argument[name];
  });
  return jsonOf(allowed, MAX_ARGS);
}
