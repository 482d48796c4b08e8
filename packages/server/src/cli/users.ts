import type { OneTimeLink, User } from '@minilens/wire/accounts-api';
import type { Settings } from '../settings.js';
import type { Client } from './client.js';

interface Output {
  json?: boolean;
}
type Requests = Pick<Client, 'request'>;

/** Where people open the dashboard, as far as a command knows. */
export const dashboardOf = ({ publicUrl, tlsCert, host, port }: Settings): string =>
  publicUrl?.replace(/\/$/, '') ?? `${tlsCert === undefined ? 'http' : 'https'}://${host}:${port}`;

const pathOf = (login: string, what: string) => `/api/v1/users/${encodeURIComponent(login)}/${what}`;

/** Invites somebody to an account. @param dashboard where the link leads. */
export async function addUser(
  client: Requests,
  dashboard: string,
  login: string,
  { admin = false, json }: Output & { admin?: boolean },
): Promise<void> {
  const link = await client.request<OneTimeLink>('POST', '/api/v1/users', { login, isAdministrator: admin });
  tell(link, dashboard, json, `Give this link to ${login}, who chooses a password there:`);
}

export async function listUsers(client: Requests, { json }: Output): Promise<void> {
  const users = await client.request<User[]>('GET', '/api/v1/users');
  if (json) return console.log(JSON.stringify(users));
  if (users.length === 0)
    return console.log('No account yet. The server prints a link to make the first one when it starts.');
  for (const { login, isAdministrator, hasSecondFactor, apps } of users) {
    const about = [
      isAdministrator && 'administrator',
      hasSecondFactor && 'second factor',
      ...apps.map(({ appid, role }) => `${role} of ${appid}`),
    ].filter(Boolean);
    console.log([login, about.join(', ')].filter(Boolean).join('  '));
  }
}

/** Lets somebody choose another password. @param dashboard where the link leads. */
export async function resetPassword(
  client: Requests,
  dashboard: string,
  login: string,
  { json }: Output,
): Promise<void> {
  const link = await client.request<OneTimeLink>('POST', pathOf(login, 'password'));
  tell(link, dashboard, json, `Give this link to ${login}, who chooses another password there:`);
}

export async function removeUser(client: Requests, login: string, { json }: Output): Promise<void> {
  await client.request('POST', pathOf(login, 'remove'));
  console.log(json ? JSON.stringify({ login }) : `${login} has no account any more. Sessions and API tokens ended.`);
}

export async function turnSecondFactorOff(client: Requests, login: string, { json }: Output): Promise<void> {
  await client.request('POST', pathOf(login, 'second-factor-off'));
  console.log(json ? JSON.stringify({ login }) : `${login} signs in with the password alone.`);
}

function tell({ path, endsAt }: OneTimeLink, dashboard: string, json: boolean | undefined, what: string): void {
  const url = dashboard + path;
  console.log(
    json
      ? JSON.stringify({ url, endsAt })
      : `${what}\n\n  ${url}\n\nIt works once, until ${new Date(endsAt).toISOString()}, and is not shown again.`,
  );
}
