import { readConfig } from './config.js';
import { thisHost } from './host.js';
import { init, isAlreadyWatched } from './init.js';
import type { Diagnostics, Monitor } from './public-types.js';

export type { Diagnostics, HookState, Monitor, MonitorConfig } from './public-types.js';

/** The one thing that outlives a call: what `diagnostics` asks. Two copies of this file find each other by hook.ts. */
let running: (() => Diagnostics) | undefined;

export const config: Monitor['config'] = (settings) => {
  try {
    const host = thisHost();
    if (running || !host) return;
    if (isAlreadyWatched(host)) return host.say('info', 'another copy of the agent is at work; this one stays off.');
    const read = readConfig(settings);
    if (typeof read === 'string') return host.say('warn', `${read} The agent is off.`);
    if (read.ignoresRequest) host.say('info', '"request" in hookApis is ignored: requests are always watched.');
    running = init(host, read);
  } catch {
    // Whatever happened, the app goes on without us.
  }
};

export const diagnostics: Monitor['diagnostics'] = () => running?.();

export default { config, diagnostics } satisfies Monitor;
