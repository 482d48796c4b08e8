import type { MonitorConfig } from './public-types.js';

/** What `monitor.config` was given, checked and complete. */
export interface Settings {
  appId: string;
  key: string;
  /** Where batches are posted. */
  url: string;
  hookApis: string[];
  /** `hookApis` named `request`, which has a module of its own. */
  ignoresRequest: boolean;
  sessionTimeoutMs: number;
  flushIntervalMs: number;
}

const DEFAULT_APIS = ['requestPayment', 'scanCode', 'previewImage'];

/** Settings, or a sentence for the developer saying what to put right. */
export function readConfig(config: unknown): Settings | string {
  const given = (config || {}) as { [name in keyof MonitorConfig]?: unknown };
  const { appId, key, endpoint } = given;
  if (typeof appId !== 'string' || !/^wx[0-9a-f]{16}$/.test(appId))
    return 'monitor.config needs appId, the AppID of this Mini Program ("wx" and 16 hexadecimal digits).';
  if (typeof key !== 'string' || key === '')
    return 'monitor.config needs key, the agent key Minilens shows for this app.';
  if (typeof endpoint !== 'string' || !/^https?:\/\/[^/]/.test(endpoint))
    return 'monitor.config needs endpoint, the address of your Minilens server, such as "https://minilens.example.com".';
  const names = Array.isArray(given.hookApis) ? given.hookApis.filter(isName).map(bare) : DEFAULT_APIS;
  return {
    appId,
    key,
    url: `${endpoint.replace(/\/+$/, '').replace(/\/v1\/collect$/, '')}/v1/collect`,
    hookApis: names.filter((name, i) => name !== 'request' && names.indexOf(name) === i),
    ignoresRequest: names.indexOf('request') >= 0,
    sessionTimeoutMs: positive(given.sessionTimeoutMs, 30 * 60_000),
    flushIntervalMs: positive(given.flushIntervalMs, 5_000),
  };
}

const isName = (name: unknown): name is string =>
  typeof name === 'string' && /^(wx\.)?[A-Za-z][A-Za-z0-9_.]{0,63}$/.test(name);
const bare = (name: string): string => name.replace(/^wx\./, '');
const positive = (value: unknown, standard: number): number =>
  typeof value === 'number' && value > 0 ? value : standard;
