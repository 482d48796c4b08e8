import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StoreLocation } from '@minilens/store/connect';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { OidcSettings } from './admin/oidc.js';
import { ROLES } from './roles.js';

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
  databaseUrl: Type.Optional(url('postgres(ql)?')),
  role: Type.Enum([...ROLES]),
  /** Origin under which devices and people reach the server, where it is not the listening address. */
  publicUrl: Type.Optional(url('https?')),
  /** Whether X-Forwarded-* headers of a proxy in front are believed. */
  trustProxy: Type.Boolean(),
  tlsCert: Type.Optional(Type.String()),
  tlsKey: Type.Optional(Type.String()),
  logLevel: Type.Enum([...LOG_LEVELS]),
  /** What a reader of /metrics sends as bearer token. */
  metricsToken: Type.Optional(Type.String({ minLength: 16 })),
  /** What the server's own key is made of; a key file in the data directory where absent. Several processes need the same. */
  secretKey: Type.Optional(Type.String({ minLength: 32 })),
  /** The OpenID Connect provider people may sign in at, and as what it knows this server. */
  oidcIssuer: Type.Optional(Type.String({ pattern: '^(https://.+|http://(127\\.0\\.0\\.1|localhost)(:|/|$))' })),
  oidcClientId: Type.Optional(Type.String({ minLength: 1 })),
  oidcClientSecret: Type.Optional(Type.String({ minLength: 1 })),
  /** How long /readyz says no before a stopping server closes its door, so that a balancer sends nobody any more. */
  drainSeconds: Type.Integer({ minimum: 0, maximum: 300 }),
  /** What batches that wait for the store may take on disk. Unit: bytes. */
  spoolMaxBytes: Type.Integer({ minimum: 1024 ** 2 }),
  /** Batches a minute from one address, or one IPv6 network. 0: any number. */
  ratePerIp: Type.Integer({ minimum: 0 }),
  /** Batches a minute of one app. 0: any number. */
  ratePerApp: Type.Integer({ minimum: 0 }),
});
export type Settings = Static<typeof Settings>;

const VARIABLES = {
  host: 'MINILENS_HOST',
  port: 'MINILENS_PORT',
  data: 'MINILENS_DATA',
  clickhouseUrl: 'MINILENS_CLICKHOUSE_URL',
  clickhouseCluster: 'MINILENS_CLICKHOUSE_CLUSTER',
  databaseUrl: 'MINILENS_DATABASE_URL',
  role: 'MINILENS_ROLE',
  publicUrl: 'MINILENS_PUBLIC_URL',
  trustProxy: 'MINILENS_TRUST_PROXY',
  tlsCert: 'MINILENS_TLS_CERT',
  tlsKey: 'MINILENS_TLS_KEY',
  logLevel: 'MINILENS_LOG_LEVEL',
  metricsToken: 'MINILENS_METRICS_TOKEN',
  secretKey: 'MINILENS_SECRET_KEY',
  oidcIssuer: 'MINILENS_OIDC_ISSUER',
  oidcClientId: 'MINILENS_OIDC_CLIENT_ID',
  oidcClientSecret: 'MINILENS_OIDC_CLIENT_SECRET',
  drainSeconds: 'MINILENS_DRAIN_SECONDS',
  spoolMaxBytes: 'MINILENS_SPOOL_MAX_BYTES',
  ratePerIp: 'MINILENS_RATE_PER_IP',
  ratePerApp: 'MINILENS_RATE_PER_APP',
} as const satisfies Record<keyof Settings, string>;

const DEFAULTS = {
  host: '127.0.0.1',
  port: 8321,
  data: './data',
  role: 'all',
  trustProxy: false,
  logLevel: 'warn',
  drainSeconds: 0,
  spoolMaxBytes: 4 * 1024 ** 3,
  // A carrier puts thousands of users behind one address; an agent in use sends some six batches a minute.
  ratePerIp: 30_000,
  // About what one machine takes: of many apps none can have it all, and a lone one is hardly ever held back.
  ratePerApp: 240_000,
} as const;

/** Secrets, or may hold a password: what is wrong with them is said without them. */
const SECRETS: ReadonlySet<string> = new Set([
  'clickhouseUrl',
  'databaseUrl',
  'metricsToken',
  'secretKey',
  'oidcClientSecret',
]);

/** Said instead of what the schema would say. */
const WANTED: Partial<Record<string, string>> = {
  trustProxy: 'must be true or false',
  role: `must be one of ${ROLES.join(', ')}`,
  clickhouseUrl:
    'must be the URL of a ClickHouse server such as http://user:password@host:8123/database, or of every node separated by commas, with special characters of the password written as %40',
  oidcIssuer: 'must be an https URL, or http on 127.0.0.1',
  databaseUrl:
    'must be a PostgreSQL URL such as postgres://user:password@host:5432/minilens, with special characters of the password written as %40',
};

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

  for (const error of compiled.Errors(settings)) {
    const name = error.instancePath.slice(1) as keyof Settings;
    const value = SECRETS.has(name) ? 'set' : JSON.stringify(settings[name]);
    const wanted = WANTED[name] ?? error.message;
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
  if (!(clickhouseUrl?.split(',') ?? []).every((each) => URL.canParse(each)))
    throw new Error(`MINILENS_CLICKHOUSE_URL is set, but ${WANTED.clickhouseUrl}.`);
  if (checked.databaseUrl !== undefined && !URL.canParse(checked.databaseUrl))
    throw new Error(`MINILENS_DATABASE_URL is set, but ${WANTED.databaseUrl}.`);
  const ofOidc = [checked.oidcIssuer, checked.oidcClientId, checked.oidcClientSecret];
  if (ofOidc.includes(undefined) && ofOidc.some((value) => value !== undefined))
    throw new Error(
      'MINILENS_OIDC_ISSUER, MINILENS_OIDC_CLIENT_ID and MINILENS_OIDC_CLIENT_SECRET belong together: set all or none.',
    );
  if (checked.oidcIssuer !== undefined && !URL.canParse(checked.oidcIssuer))
    throw new Error(`MINILENS_OIDC_ISSUER is ${JSON.stringify(checked.oidcIssuer)}, but ${WANTED.oidcIssuer}.`);
  if (checked.role !== 'all' && (checked.clickhouseUrl === undefined || checked.databaseUrl === undefined))
    throw new Error(
      `MINILENS_ROLE is ${checked.role}, but processes of separate roles share a ClickHouse and a PostgreSQL: set MINILENS_CLICKHOUSE_URL and MINILENS_DATABASE_URL.`,
    );
  const { publicUrl } = checked;
  return {
    ...checked,
    data: resolve(directory, checked.data),
    // Paths are put behind it.
    ...(publicUrl !== undefined && { publicUrl: publicUrl.replace(/\/+$/, '') }),
  };
}

/** Where the events live. */
export const storeLocation = ({ data, clickhouseUrl, clickhouseCluster }: Settings): StoreLocation =>
  clickhouseUrl === undefined
    ? { path: join(data, 'events') }
    : { urls: clickhouseUrl.split(','), cluster: clickhouseCluster };

/** Where people may sign in beside here; undefined where nowhere. */
export const oidcOf = ({ oidcIssuer, oidcClientId, oidcClientSecret }: Settings): OidcSettings | undefined =>
  oidcIssuer === undefined || oidcClientId === undefined || oidcClientSecret === undefined
    ? undefined
    : { issuer: oidcIssuer, clientId: oidcClientId, clientSecret: oidcClientSecret };

/** Settings that are numbers. */
const NUMBERS = new Set(['port', 'drainSeconds', 'spoolMaxBytes', 'ratePerIp', 'ratePerApp']);

function fromText(name: string, value: string): unknown {
  if (NUMBERS.has(name)) return /^\d+$/.test(value) ? Number(value) : value;
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
