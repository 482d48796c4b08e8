import type { AppAccess, AppAccessBody, NewSecret } from '@minilens/wire/wechat-access';
import type { Client } from './client.js';

interface Output {
  json?: boolean | undefined;
}
type Requests = Pick<Client, 'request'>;

const pathOf = (appid: string, what: string) => `/api/v1/apps/${encodeURIComponent(appid)}/${what}`;

/** Shows who may call the WeChat APIs as an app. */
export async function showAccess(client: Requests, appid: string, { json }: Output): Promise<void> {
  const access = await client.request<AppAccess>('GET', pathOf(appid, 'access'));
  console.log(json ? JSON.stringify(access) : describe(appid, access));
}

async function change(client: Requests, appid: string, wanted: AppAccessBody, { json }: Output): Promise<void> {
  const access = await client.request<AppAccess>('PUT', pathOf(appid, 'access'), wanted);
  console.log(json ? JSON.stringify(access) : describe(appid, access));
}

export async function allowApp(
  client: Requests,
  appid: string,
  networks: string[],
  { any, json }: Output & { any?: boolean },
): Promise<void> {
  await change(client, appid, { addresses: namedOrAny(networks, any) }, { json });
}

export async function limitApp(
  client: Requests,
  appid: string,
  { daily, minute, json }: Output & { daily?: number | 'default'; minute?: number | 'default' },
): Promise<void> {
  if (daily === undefined && minute === undefined) throw new Error('Say --daily, --minute, or both.');
  const orNull = (calls: number | 'default') => (calls === 'default' ? null : calls);
  const wanted = {
    ...(daily !== undefined && { dailyQuota: orNull(daily) }),
    ...(minute !== undefined && { minuteQuota: orNull(minute) }),
  };
  await change(client, appid, wanted, { json });
}

export async function permitApp(client: Requests, appid: string, sets: string, { json }: Output): Promise<void> {
  await change(client, appid, { permissions: sets === 'all' ? null : parsePermissions(sets) }, { json });
}

export const freezeApp = (client: Requests, appid: string, { json }: Output): Promise<void> =>
  change(client, appid, { isFrozen: true }, { json });

export const thawApp = (client: Requests, appid: string, { json }: Output): Promise<void> =>
  change(client, appid, { isFrozen: false }, { json });

export async function rotateSecret(
  client: Requests,
  appid: string,
  { overlap, json }: Output & { overlap: number },
): Promise<void> {
  printSecret(await client.request<NewSecret>('POST', pathOf(appid, 'secret'), { overlapSeconds: overlap }), json);
}

export async function revokeTokens(client: Requests, appid: string, { json }: Output): Promise<void> {
  await client.request('POST', pathOf(appid, 'tokens/revoke'));
  console.log(json ? JSON.stringify({ appid }) : `All tokens of ${appid} ended.`);
}

export function printSecret(rotated: NewSecret, json: boolean | undefined): void {
  console.log(json ? JSON.stringify(rotated) : describeSecret(rotated));
}

const describeSecret = ({ appid, secret, oldSecretUntil }: NewSecret): string => `The new secret of ${appid} is

  ${secret}

It is stored as a hash and not shown again: keep it now.
${
  oldSecretUntil === null
    ? 'The old one and all tokens ended.'
    : `The old one works until ${new Date(oldSecretUntil).toISOString()}.`
}`;

function describe(appid: string, access: AppAccess): string {
  const { addresses, permissions, dailyQuota, minuteQuota, frozenAt, oldSecretUntil } = access;
  const secret = frozenAt === null ? 'in use' : `frozen since ${new Date(frozenAt).toISOString()}`;
  const old = oldSecretUntil === null ? '' : `; the one before works until ${new Date(oldSecretUntil).toISOString()}`;
  return `${appid} at the WeChat APIs

  called from  ${addresses?.join(', ') ?? 'anywhere'}
  permissions  ${permissions?.join(', ') ?? 'all'}
  quota        ${dailyQuota} calls of one API a day, ${minuteQuota} a minute
  secret       ${secret}${old}`;
}

/** Networks as they were named, or null for anywhere. @throws a sentence when it is neither or both. */
export function namedOrAny(networks: string[], any: boolean | undefined): string[] | null {
  if ((networks.length === 0) !== (any === true)) throw new Error('Name addresses or networks, or say --any.');
  return any ? null : networks;
}

/** `18,3` */
export function parsePermissions(text: string): number[] {
  const sets = text.split(',').map((part) => part.trim());
  const wrong = sets.find((set) => !/^[1-9]\d{0,2}$/.test(set));
  if (wrong !== undefined)
    throw new Error(`${JSON.stringify(wrong)} is no permission set. Write 18 for analysis, 3 for message push: 18,3.`);
  return [...new Set(sets.map(Number))];
}

/** `1000`, or `default` */
export function parseQuota(text: string): number | 'default' {
  if (text === 'default') return text;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`${text} is no number of calls. Write 1000, or default.`);
  return Number(text);
}

const UNITS_S: Record<string, number> = { m: 60, h: 3_600, d: 86_400 };

/** `90m`, `2h`, `7d` in seconds. */
export function parseSpan(text: string): number {
  const [, count, unit = ''] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  if (count === undefined) throw new Error(`${text} is no time. Write 30m, 2h or 7d.`);
  const seconds = Number(count) * (UNITS_S[unit] ?? 0);
  if (seconds > 30 * 86_400) throw new Error(`${text} is longer than 30 days, the longest time two secrets overlap.`);
  return seconds;
}
