import type { TestServer } from './server.js';

export const PASSWORD = 'correct horse battery';

/** What a page of the server's own sends along: its cookie, and that it is one. */
export interface PageHeaders extends Record<string, string> {
  cookie: string;
  'sec-fetch-site': 'same-origin';
}

export const asPage = (cookie: string): PageHeaders => ({ cookie, 'sec-fetch-site': 'same-origin' });

/** The cookie an answer sets, as it is sent back. */
export const cookieOf = (header: string | readonly string[] | undefined): string =>
  [header ?? []]
    .flat()
    .find((cookie) => cookie.startsWith('minilens_login='))
    ?.split(';')[0] ?? '';

let addresses = 0;
/** An address nobody asked from before, so that no test slows another down. */
export const newAddress = (): string => `198.18.${++addresses >> 8}.${addresses & 255}`;

/** Posts as a browser does, and gives the headers of whoever is signed in by it. */
export async function signInBy(
  server: Pick<TestServer, 'app'>,
  path: string,
  payload: object,
): Promise<{ status: number; body: Record<string, unknown>; page: PageHeaders }> {
  const response = await server.app.inject({ method: 'POST', url: path, payload, remoteAddress: newAddress() });
  const page = asPage(cookieOf(response.headers['set-cookie']));
  return { status: response.statusCode, body: response.json(), page };
}

/** Makes the first account, an administrator, as its owner does with the link on the terminal. */
export async function makeFirstAccount(server: TestServer, login = 'admin'): Promise<PageHeaders> {
  const token = new URL(`http://x${server.setupPath}`).searchParams.get('token');
  return (await signInBy(server, '/api/v1/setup', { token, login, password: PASSWORD })).page;
}

/** Gives somebody a part in an app, with a new account where nobody is named. */
export async function join(
  server: TestServer,
  appid: string,
  role: string,
  who: { login: string } | { page: PageHeaders },
): Promise<PageHeaders> {
  const { body } = await server.post<{ path: string }>(`/api/v1/apps/${appid}/invitations`, { role }, server.asOwner);
  const token = body.path.split('#')[1];
  if ('page' in who) {
    const remoteAddress = newAddress();
    const payload = { token };
    await server.app.inject({
      method: 'POST',
      url: '/api/v1/invitations/accept',
      headers: who.page,
      payload,
      remoteAddress,
    });
    return who.page;
  }
  return (await signInBy(server, '/api/v1/invitations/accept', { token, login: who.login, password: PASSWORD })).page;
}
