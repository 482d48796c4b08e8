import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What this test needs of `oidc-provider`, which brings no types. */
interface Provider {
  callback(): Parameters<typeof createServer>[1];
}
type ProviderClass = new (issuer: string, configuration: object) => Provider;

export interface TestProvider {
  issuer: string;
  /** Walks through its pages as somebody, as a browser would. Gives where it sends them back. */
  signIn(url: string, subject: string): Promise<URL>;
  close(): Promise<void>;
}

export const CLIENT = { id: 'minilens', secret: 'a-secret-of-32-characters-or-more' };

/** A real OpenID Connect provider on 127.0.0.1, at which anybody is who they say they are. */
export async function startProvider(callbackUrl: string): Promise<TestProvider> {
  const { default: Provider } = (await import('oidc-provider' as string)) as { default: ProviderClass };
  let answer: ReturnType<Provider['callback']>;
  const server: Server = createServer((request, response) => answer?.(request, response as never));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [callbackUrl] }],
    claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email'] },
    conformIdTokenClaims: false,
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: async () => ({ sub, preferred_username: sub.split(':')[0] }),
    }),
    pkce: { required: () => true },
  });
  answer = provider.callback();
  return {
    issuer,
    signIn: (url, subject) => walk(url, subject, callbackUrl),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Follows redirects with cookies and sends the forms of the login and the consent, until it is led to the callback. */
async function walk(start: string, subject: string, callbackUrl: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  let form: URLSearchParams | undefined;
  for (let steps = 0; steps < 20; steps++) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(form && { method: 'POST', body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) as unknown as [string, string, string];
      cookies.set(name, value);
    }
    form = undefined;
    const location = response.headers.get('location');
    if (location !== null) {
      url = new URL(location, url);
      if (url.href.startsWith(callbackUrl)) return url;
      continue;
    }
    const page = await response.text();
    const action = /<form[^>]+action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined) throw new Error(`The provider says ${response.status}: ${page}`);
    url = new URL(action, url);
    form = new URLSearchParams({ prompt, ...(prompt === 'login' && { login: subject, password: 'any' }) });
  }
  throw new Error('The provider leads nowhere');
}
