import { readAccount } from './device.js';
import { copyOf } from './objects.js';
import type { MonitorConfig, Sampling } from './public-types.js';

/** What `monitor.config` was given, checked and complete. */
export interface Settings extends MonitorConfig {
  sampling: Sampling;
  sessionTimeoutMs: number;
  flushIntervalMs: number;
}

/** What the app wants. Set once, before anything else happens. */
export let settings: Settings;

/** The server that hands out this file writes its own origin here. */
const ENDPOINT = '__ENDPOINT__';

/** Takes the settings, or answers a sentence for the developer saying what to put right. */
export function readConfig(given: MonitorConfig): string | undefined {
  let wrong: string | undefined;
  const need = (name: 'appId' | 'key' | 'endpoint', pattern: RegExp, standard?: unknown) => {
    const value = `${settings[name] || standard || ''}`.replace(/\/+(v1\/collect)?$/, '');
    settings[name] = value;
    if (!pattern.test(value)) wrong = `off: wrong ${name} "${value}", see the install page`;
  };
  settings = copyOf(given || {}) as Settings;
  settings.sampling = settings.sampling || {};
  settings.sessionTimeoutMs = positive(settings.sessionTimeoutMs, 1_800_000);
  settings.flushIntervalMs = positive(settings.flushIntervalMs, 5_000);
  need('endpoint', /^https?:\/\/[^/]/, ENDPOINT);
  need('key', /./);
  need('appId', /^wx[\da-f]{16}$/, readAccount().appId);
  return wrong;
}

function positive(value: number, standard: number): number {
  return value > 0 ? value : standard;
}

/** A list; anything else counts as a list of it. */
export function listOf(value: unknown): string[] {
  return ([] as string[]).concat((value as string) || []);
}
