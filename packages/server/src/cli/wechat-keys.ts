import { readFileSync } from 'node:fs';
import type {
  CloudCredentials,
  CreateKeysBody,
  KeyKind,
  NewWechatKey,
  SecurityMode,
  WechatKeys,
} from '@minilens/wire/wechat-keys';
import { parseSpan } from './access.js';
import type { Client } from './client.js';

export const KEY_ACTIONS = ['create', 'rotate', 'revoke', 'show'] as const;

export interface KeyOptions {
  json?: boolean;
  cipher?: CreateKeysBody['cipher'];
  signature?: CreateKeysBody['signature'];
  /** Path of a PEM file. */
  publicKey?: string;
  serial?: string;
  kind?: KeyKind;
  /** How long the older key counts beside the new one. Unit: hours. */
  overlap: number;
}

const pathOf = (appid: string, rest: string) => `/api/v1/apps/${encodeURIComponent(appid)}/${rest}`;

/** Makes, changes, ends and shows the keys with which an app's calls are signed and encrypted. */
export async function wechatKeys(
  client: Client,
  appid: string,
  action: (typeof KEY_ACTIONS)[number],
  { json, overlap, kind, publicKey, cipher, signature, serial }: KeyOptions,
): Promise<void> {
  const path = pathOf(appid, 'wechat-keys');
  const wanted = {
    ...(cipher !== undefined && { cipher }),
    ...(signature !== undefined && { signature }),
    ...(serial !== undefined && { serial }),
    ...(publicKey !== undefined && { publicKey: readPublicKey(publicKey) }),
  };
  if (action === 'show') return show(await client.request<WechatKeys>('GET', path), appid, json);
  if (action === 'revoke') {
    if (serial === undefined)
      throw new Error('Which key? Name it by --serial; minilens app keys <appid> show lists them.');
    return show(await client.request<WechatKeys>('POST', `${path}/revoke`, { serial }), appid, json);
  }
  if (action === 'create') return tell(await client.request<NewWechatKey[]>('POST', path, wanted), json);
  if (kind === undefined) throw new Error('Which key? Say --kind symmetric, developer or platform.');
  const made = await client.request<NewWechatKey>('POST', `${path}/rotate`, { kind, overlapHours: overlap, ...wanted });
  tell([made], json);
  if (!json)
    console.log(overlap === 0 ? 'The key before it ended.' : `The key before it counts ${hours(overlap)} more.`);
}

/** `24h`, `7d`; also a bare number of hours, such as `0` or `1.5`. In hours. */
export const parseOverlap = (text: string): number =>
  /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : parseSpan(text) / 3_600;

const hours = (count: number) => `${count} hour${count === 1 ? '' : 's'}`;

/** @throws a sentence when the file cannot be read. */
function readPublicKey(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`The public key could not be read: ${(cause as Error).message}. Name a PEM file.`, { cause });
  }
}

/** Says whether calls may or must be signed and encrypted, after changing it where a mode is given. */
export async function wechatSecurity(
  client: Client,
  appid: string,
  mode: SecurityMode | undefined,
  { json }: { json?: boolean },
): Promise<void> {
  const state =
    mode === undefined
      ? await client.request<WechatKeys>('GET', pathOf(appid, 'wechat-keys'))
      : await client.request<WechatKeys>('PUT', pathOf(appid, 'wechat-security'), { mode });
  if (json) return console.log(JSON.stringify({ mode: state.mode }));
  console.log(`Signature and encryption of ${appid}: ${state.mode}`);
}

/** Issues what `wx-server-sdk` signs cloud calls with. */
export async function cloudCredentials(client: Client, appid: string, { json }: { json?: boolean }): Promise<void> {
  const made = await client.request<CloudCredentials>('POST', pathOf(appid, 'cloud-credentials'), {});
  if (json) return console.log(JSON.stringify(made));
  console.log(`Credentials for cloud calls of ${appid}.

  secretId   ${made.secretId}
  secretKey  ${made.secretKey}

The key is not shown again: keep it now. To end it: minilens app keys ${appid} revoke --serial ${made.secretId}`);
}

function show({ mode, keys }: WechatKeys, appid: string, json: boolean | undefined): void {
  if (json) {
    console.log(JSON.stringify({ mode, keys }));
    return;
  }
  console.log(`Signature and encryption of ${appid}: ${mode}`);
  if (keys.length === 0) console.log(`No keys yet. Make them: minilens app keys ${appid} create`);
  for (const { kind, serial, algorithm, publicKey, endsAt } of keys) {
    console.log(
      `\n${kind}  ${algorithm}  serial ${serial}${endsAt === null ? '' : `  ends ${new Date(endsAt).toISOString()}`}`,
    );
    if (publicKey !== null) console.log(publicKey.trim());
  }
}

const MEANING: Record<KeyKind, string> = {
  symmetric: 'Symmetric key, which both sides encrypt with',
  developer: 'Key pair of the developer, who signs requests',
  platform: 'Certificate of this server, which signs answers',
};

function tell(made: NewWechatKey[], json: boolean | undefined): void {
  if (json) {
    console.log(JSON.stringify(made));
    return;
  }
  for (const { kind, serial, algorithm, secret, publicKey } of made)
    console.log(
      [`${MEANING[kind]}  (${algorithm})`, `serial ${serial}`, secret?.trim(), publicKey?.trim(), '']
        .filter((line) => line !== undefined)
        .join('\n'),
    );
  if (made.some(({ secret }) => secret !== undefined)) console.log('Secrets are not shown again: keep them now.');
}
