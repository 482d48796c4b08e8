import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StoreLocation } from '@minilens/store/connect';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** The file beside the process that may hold the same settings; the environment wins. */
const CONFIG_FILE = 'minilens.config.json';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const url = (protocols: string) => Type.String({ pattern: `^(${protocols})://.+` });

const Settings = Type.Object({
  /** Address to listen on. */
  host: Type.String({ minLength: 1 }),
  /** 0 lets the system choose. */
  port: Type.Integer({ minimum: 0, maximum: 65_535 }),
  /** Directory of everything that is kept. */
  data: Type.String({ minLength: 1 }),
  /** One ClickHouse server, or every node of the cluster, separated by commas. */
  clickhouseUrl: Type.Optional(Type.String({ pattern: '^https?://[^,]+(,https?://[^,]+)*$' })),
  /** Name under which the nodes know their cluster. */
  clickhouseCluster: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_.-]{1,64}$' })),
  /** Origin under which devices and people reach the server, where it is not the listening address. */
  publicUrl: Type.Optional(url('https?')),
  /** Whether X-Forwarded-* headers of a proxy in front are believed. */
  trustProxy: Type.Boolean(),
  tlsCert: Type.Optional(Type.String()),
  tlsKey: Type.Optional(Type.String()),
  logLevel: Type.Enum([...LOG_LEVELS]),
});
export type Settings = Static<typeof Settings>;

const VARIABLES = {
  host: 'MINILENS_HOST',
  port: 'MINILENS_PORT',
  data: 'MINILENS_DATA',
  clickhouseUrl: 'MINILENS_CLICKHOUSE_URL',
  clickhouseCluster: 'MINILENS_CLICKHOUSE_CLUSTER',
  publicUrl: 'MINILENS_PUBLIC_URL',
  trustProxy: 'MINILENS_TRUST_PROXY',
  tlsCert: 'MINILENS_TLS_CERT',
  tlsKey: 'MINILENS_TLS_KEY',
  logLevel: 'MINILENS_LOG_LEVEL',
} as const satisfies Record<keyof Settings, string>;

const DEFAULTS = { host: '127.0.0.1', port: 8321, data: './data', trustProxy: false, logLevel: 'warn' } as const;

const compiled = Compile(Settings);

/**
 * Settings from the environment, then `minilens.config.json`, then the defaults.
 * @throws a sentence that names the wrong value.
 */
export function loadSettings(env: NodeJS.ProcessEnv, directory = process.cwd()): Settings {
  const file = readConfigFile(resolve(directory, CONFIG_FILE));
  const given = Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([name, variable]) => {
      const value = env[variable];
      return value === undefined || value === '' ? [] : [[name, fromText(name, value)]];
    }),
  );
  const settings: Record<string, unknown> = { ...DEFAULTS, ...file, ...given };

  if (env.MINILENS_DATABASE_URL) {
    throw new Error('MINILENS_DATABASE_URL is set, but this version keeps accounts in SQLite only: unset it.');
  }
  for (const error of compiled.Errors(settings)) {
    const name = error.instancePath.slice(1) as keyof Settings;
    const value = JSON.stringify(settings[name]);
    const wanted = name === 'trustProxy' ? 'must be true or false' : error.message;
    throw new Error(`${VARIABLES[name] ?? name} is ${value}, but ${wanted}.`);
  }
  const checked = settings as Settings;
  if ((checked.tlsCert === undefined) !== (checked.tlsKey === undefined)) {
    throw new Error('MINILENS_TLS_CERT and MINILENS_TLS_KEY belong together: set both or neither.');
  }
  const { clickhouseUrl, clickhouseCluster } = checked;
  if (clickhouseCluster !== undefined && clickhouseUrl === undefined) {
    throw new Error('MINILENS_CLICKHOUSE_CLUSTER is set: set MINILENS_CLICKHOUSE_URL too, to the URL of every node.');
  }
  if (clickhouseCluster === undefined && clickhouseUrl?.includes(',')) {
    throw new Error('MINILENS_CLICKHOUSE_URL names several nodes: set MINILENS_CLICKHOUSE_CLUSTER to their name too.');
  }
  return { ...checked, data: resolve(directory, checked.data) };
}

/** Where the events live. */
export const storeLocation = ({ data, clickhouseUrl, clickhouseCluster }: Settings): StoreLocation =>
  clickhouseUrl === undefined
    ? { path: join(data, 'events') }
    : { urls: clickhouseUrl.split(','), cluster: clickhouseCluster };

function fromText(name: string, value: string): unknown {
  if (name === 'port') return /^\d+$/.test(value) ? Number(value) : value;
  if (name === 'trustProxy')
    return value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value;
  return value;
}

function readConfigFile(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`${CONFIG_FILE} is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Error(`${CONFIG_FILE} must hold one JSON object.`);
  for (const name of Object.keys(parsed)) {
    if (!(name in VARIABLES))
      throw new Error(
        `${CONFIG_FILE} names an unknown setting ${JSON.stringify(name)}; known are ${Object.keys(VARIABLES).join(', ')}.`,
      );
  }
  return parsed as Record<string, unknown>;
}
