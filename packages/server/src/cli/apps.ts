import { APP_ID_PATTERN } from '@minilens/wire/envelope';
import type { AppSummary, NewApp } from '@minilens/wire/report-api';
import type { Client } from './client.js';

interface Output {
  json?: boolean;
}

export async function addApp(client: Client, appid: string, { name, json }: Output & { name?: string }): Promise<void> {
  if (!new RegExp(APP_ID_PATTERN).test(appid))
    throw new Error(`${appid} is no AppID. It begins with wx and has 16 hex digits; the WeChat console shows it.`);
  const app = await client.request<NewApp>('POST', '/api/v1/apps', { appid, ...(name !== undefined && { name }) });
  if (json) return console.log(JSON.stringify({ appid: app.appid, secret: app.secret, key: app.key }));
  console.log(`Added ${app.name}.

  appid   ${app.appid}
  secret  ${app.secret}
  key     ${app.key}

The secret is for WeChat SDKs and imports. It is stored as a hash and not shown again: keep it now.
The key goes into the agent's config; the dashboard shows it again.`);
}

export async function listApps(client: Client, { json }: Output): Promise<void> {
  const apps = await client.request<AppSummary[]>('GET', '/api/v1/apps');
  if (json) return console.log(JSON.stringify(apps));
  if (apps.length === 0) return console.log('No app yet. Add one: minilens app add <appid> --name <name>');
  for (const { appid, name } of apps) console.log(`${appid}  ${name}`);
}
