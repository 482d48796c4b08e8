import type { PushSettings, PushSettingsBody } from '@minilens/wire/push-report';
import type { Client } from './client.js';
import { readSecretLines } from './read-secret-lines.js';

/** Where a secret comes from: a variable of the environment, standard input, or nowhere, which takes it away. */
export const SECRET_SOURCES = ['env', '-', 'none'] as const;
type SecretSource = (typeof SECRET_SOURCES)[number];
type Switch = 'on' | 'off';

export interface PushSettingsOptions {
  json?: boolean;
  upstream?: string;
  off?: boolean;
  mode?: PushSettings['mode'];
  format?: PushSettings['format'];
  token?: SecretSource;
  key?: SecretSource;
  coverLate?: Switch;
  keepContent?: Switch;
}

/** The two secrets as they are to be sent: absent ones stay, null takes one away. */
export type PushSecrets = Pick<PushSettingsBody, 'token' | 'encodingAesKey'>;

const SECRETS = {
  token: { variable: 'MINILENS_PUSH_TOKEN', what: 'Token', wanted: '3 to 32 letters and digits' },
  key: { variable: 'MINILENS_PUSH_AES_KEY', what: 'EncodingAESKey', wanted: '43 letters and digits' },
} as const;
const SHAPES = { token: /^[0-9A-Za-z]{3,32}$/, key: /^[0-9A-Za-z]{43}$/ };

/**
 * Reads what the options name. Secrets are no arguments: those stand in the list of processes and in a shell's history.
 *
 * @param readLines as many lines of standard input as there are names.
 * @throws a sentence that names what is missing or wrong, and never what it is.
 */
export async function readPushSecrets(
  { token, key }: Pick<PushSettingsOptions, 'token' | 'key'>,
  { env = process.env, readLines = readSecretLines } = {},
): Promise<PushSecrets> {
  const sources = { token, key };
  const names = (['token', 'key'] as const).filter((name) => sources[name] !== undefined);
  const typed = names.filter((name) => sources[name] === '-');
  const lines = typed.length === 0 ? [] : await readLines(typed.map((name) => SECRETS[name].what));
  const read = (name: 'token' | 'key'): string | null => {
    const { variable, what, wanted } = SECRETS[name];
    if (sources[name] === 'none') return null;
    const isFromEnv = sources[name] === 'env';
    const value = (isFromEnv ? env[variable] : lines[typed.indexOf(name)])?.trim();
    const where = isFromEnv ? variable : `The ${what} on standard input`;
    if (!value) throw new Error(`${where} is not there. Give it as the WeChat console shows it: ${wanted}.`);
    if (!SHAPES[name].test(value))
      throw new Error(`${where} is no ${what}: it has ${wanted}. Copy it from the WeChat console.`);
    return value;
  };
  return {
    ...(token !== undefined && { token: read('token') }),
    ...(key !== undefined && { encodingAesKey: read('key') }),
  };
}

/** Shows how an app's messages are passed on, after changing what is named. */
export async function pushSettings(
  client: Pick<Client, 'request'>,
  appid: string,
  { json, upstream, off, mode, format, coverLate, keepContent }: PushSettingsOptions,
  secrets: PushSecrets = {},
): Promise<void> {
  const path = `/api/v1/apps/${encodeURIComponent(appid)}/push/settings`;
  const wanted: PushSettingsBody = {
    ...(upstream !== undefined && { upstream }),
    ...(off && { upstream: null }),
    ...(mode !== undefined && { mode }),
    ...(format !== undefined && { format }),
    ...secrets,
    ...(coverLate !== undefined && { coverLate: coverLate === 'on' }),
    ...(keepContent !== undefined && { keepContent: keepContent === 'on' }),
  };
  const settings =
    Object.keys(wanted).length === 0
      ? await client.request<PushSettings>('GET', path)
      : await client.request<PushSettings>('PUT', path, wanted);
  console.log(json ? JSON.stringify(settings) : describe(appid, settings));
}

function describe(appid: string, settings: PushSettings): string {
  const { url, upstream, mode, format, hasToken, hasKey, coverLate, keepContent } = settings;
  if (upstream === null)
    return `Messages of ${appid} are not passed on. Say where to: minilens push settings ${appid} --upstream https://shop.example/wechat`;
  return `Messages of ${appid} are passed on.

  upstream    ${upstream}
  mode        ${mode}, ${format}
  token       ${hasToken ? 'set' : 'not set: signatures are not checked'}
  key         ${hasKey ? 'set' : 'not set: encrypted messages are passed on unread'}
  late        ${coverLate ? '`success` is answered at 4.8 s for a back end that is late' : 'a late answer is passed on as it comes'}
  content     ${keepContent ? 'messages and answers are kept, masked' : 'not kept'}

Enter in the WeChat console: ${url}
It must be reached from outside; MINILENS_PUBLIC_URL says under which address this server is.`;
}
