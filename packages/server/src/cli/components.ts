import { APP_ID_PATTERN } from '@minilens/wire/envelope';
import type { Authorized, Component, EventKeys, NewComponent, NewSecret, Ticket } from '@minilens/wire/wechat-access';
import { namedOrAny, printSecret } from './access.js';
import type { Client } from './client.js';

interface Output {
  json?: boolean | undefined;
}
type Requests = Pick<Client, 'request'>;

const pathOf = (component: string, ...more: string[]) =>
  ['/api/v1/components', component, ...more].map((part, i) => (i === 0 ? part : encodeURIComponent(part))).join('/');

export async function addComponent(
  client: Requests,
  appid: string,
  { name, json }: Output & { name?: string },
): Promise<void> {
  if (!new RegExp(APP_ID_PATTERN).test(appid))
    throw new Error(`${appid} is no AppID. It begins with wx and has 16 hex digits; the open platform shows it.`);
  const added = await client.request<NewComponent>('POST', '/api/v1/components', {
    appid,
    ...(name !== undefined && { name }),
  });
  if (json) return console.log(JSON.stringify({ appid: added.appid, secret: added.secret }));
  console.log(`Added the service provider ${added.name}.

  component_appid      ${added.appid}
  component_appsecret  ${added.secret}

The secret is stored as a hash and not shown again: keep it now.
Next: minilens component authorize ${added.appid} <appid> --permissions 18,3`);
}

export async function listComponents(client: Requests, { json }: Output): Promise<void> {
  const components = await client.request<Component[]>('GET', '/api/v1/components');
  if (json) return console.log(JSON.stringify(components));
  if (components.length === 0) return console.log('No service provider. Add one: minilens component add <appid>');
  for (const { appid, name, authorizations } of components) {
    console.log(`${appid}  ${name}`);
    for (const one of authorizations) console.log(`  ${one.appid}  permissions ${one.permissions.join(', ')}`);
  }
}

export async function authorizeComponent(
  client: Requests,
  component: string,
  appid: string,
  { permissions, preAuthCode, json }: Output & { permissions: number[]; preAuthCode?: string },
): Promise<void> {
  const authorized = await client.request<Authorized>('POST', pathOf(component, 'authorizations'), {
    appid,
    permissions,
    ...(preAuthCode !== undefined && { preAuthCode }),
  });
  if (json) return console.log(JSON.stringify(authorized));
  console.log(`${component} may act for ${appid}.

  authorization_code  ${authorized.authorizationCode}

It works once, until ${new Date(authorized.expiresAt).toISOString()}: the provider hands it to api_query_auth.`);
}

export async function withdrawComponent(
  client: Requests,
  component: string,
  appid: string,
  { json }: Output,
): Promise<void> {
  await client.request('POST', pathOf(component, 'authorizations', appid, 'withdraw'));
  console.log(json ? JSON.stringify({ component, appid }) : `${component} does not act for ${appid} any more.`);
}

export async function showTicket(client: Requests, component: string, { json }: Output): Promise<void> {
  const ticket = await client.request<Ticket>('GET', pathOf(component, 'ticket'));
  console.log(json ? JSON.stringify(ticket) : ticket.ticket);
}

/** Says where tickets and events are pushed, and shows what the receiver is configured with. */
export async function pushToComponent(
  client: Requests,
  component: string,
  url: string | undefined,
  { off, json }: Output & { off?: boolean },
): Promise<void> {
  if (url !== undefined && off) throw new Error('Name a URL, or say --off.');
  if (url !== undefined && !(/^https?:/i.test(url) && URL.canParse(url)))
    throw new Error(`${url} is no URL that can be pushed to. Write https://example.com/wechat/events.`);
  if (url !== undefined || off) await client.request('PUT', pathOf(component), { eventUrl: off ? null : url });
  const keys = await client.request<EventKeys>('GET', pathOf(component, 'events'));
  if (json) return console.log(JSON.stringify(keys));
  console.log(
    keys.eventUrl === null
      ? `Nothing is pushed to ${component}. It asks for its ticket: minilens component ticket ${component}`
      : `${component} is pushed tickets and events to

  ${keys.eventUrl}

Its receiver is configured with

  token           ${keys.token}
  EncodingAESKey  ${keys.encodingAesKey}`,
  );
}

export async function allowComponent(
  client: Requests,
  component: string,
  networks: string[],
  { any, json }: Output & { any?: boolean },
): Promise<void> {
  const addresses = namedOrAny(networks, any);
  await client.request('PUT', pathOf(component), { addresses });
  const from = addresses?.join(', ') ?? 'anywhere';
  console.log(json ? JSON.stringify({ component, addresses }) : `${component} calls from ${from}.`);
}

export async function rotateComponent(
  client: Requests,
  component: string,
  { overlap, json }: Output & { overlap: number },
): Promise<void> {
  const path = pathOf(component, 'secret');
  printSecret(await client.request<NewSecret>('POST', path, { overlapSeconds: overlap }), json);
}
