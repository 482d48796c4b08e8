import { ENDPOINTS } from '@minilens/wechat/endpoints';
import { createSealer } from '@minilens/wechat/security/sealer';
import type { NewApp } from '@minilens/wire/report-api';
import type { AppAccessBody, NewComponent } from '@minilens/wire/wechat-access';
import type { NewWechatKey } from '@minilens/wire/wechat-keys';
import { startTestServer, type TestServer } from '../testing/server.js';

export interface Account extends NewApp {
  token: string;
}

export interface Provider extends NewComponent {
  ticket: string;
  /** Its own token. */
  token: string;
}

/** A whole server with accounts and providers as a test wants them, whose every rid ends in the same groups. */
export interface WechatServer extends TestServer {
  /** What the rid of an answer of now is. */
  rid(): string;
  /** An account with a token, and then with what it may. */
  newAccount(access?: AppAccessBody): Promise<Account>;
  tokenOf(account: Pick<NewApp, 'appid' | 'secret'>): Promise<string>;
  newProvider(): Promise<Provider>;
  /** The account lets the provider act for it. Gives the authorisation code. */
  authorize(provider: Provider, account: NewApp, permissions: number[]): Promise<string>;
  /** What signs and encrypts the account's requests; its keys are made here. */
  newSealer(account: NewApp): Promise<ReturnType<typeof createSealer> & { serials: { developer: string } }>;
}

export async function startWechatServer(now: number): Promise<WechatServer> {
  const server = await startTestServer(now, {}, undefined, () => 0.5);
  const { clock, asOwner, get, post, put } = server;
  let ids = 0;
  const newId = () => `wx${(++ids).toString(16).padStart(16, '0')}`;

  const tokenOf: WechatServer['tokenOf'] = async ({ appid, secret }) => {
    const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret });
    const { body } = await get<{ access_token: string }>(`${ENDPOINTS.getAccessToken.path}?${query}`);
    return body.access_token;
  };

  return {
    ...server,
    rid: () => `${Math.floor(clock.now / 1000).toString(16)}-80000000-80000000`,
    tokenOf,
    newAccount: async (access) => {
      const app = await server.addApp(newId());
      const token = await tokenOf(app);
      if (access !== undefined) await put(`/api/v1/apps/${app.appid}/access`, access, asOwner);
      return { ...app, token };
    },
    newProvider: async () => {
      const { body } = await post<NewComponent>('/api/v1/components', { appid: newId() }, asOwner);
      const path = `/api/v1/components/${body.appid}/ticket`;
      const { ticket } = (await get<{ ticket: string }>(path, asOwner)).body;
      const answer = await post<{ component_access_token: string }>(ENDPOINTS.getComponentAccessToken.path, {
        component_appid: body.appid,
        component_appsecret: body.secret,
        component_verify_ticket: ticket,
      });
      return { ...body, ticket, token: answer.body.component_access_token };
    },
    authorize: async (provider, { appid }, permissions) => {
      const path = `/api/v1/components/${provider.appid}/authorizations`;
      return (await post<{ authorizationCode: string }>(path, { appid, permissions }, asOwner)).body.authorizationCode;
    },
    newSealer: async ({ appid }) => {
      const { body } = await post<NewWechatKey[]>(`/api/v1/apps/${appid}/wechat-keys`, {}, asOwner);
      const [symmetric, developer, platform] = body as [NewWechatKey, NewWechatKey, NewWechatKey];
      const sealer = createSealer(
        {
          appid,
          symmetric: { algorithm: 'AES256_GCM', serial: symmetric.serial, key: symmetric.secret ?? '' },
          developer: { serial: developer.serial, privateKey: developer.secret ?? '' },
          platforms: [{ serial: platform.serial, certificate: platform.publicKey ?? '' }],
        },
        { now: () => clock.now },
      );
      return { ...sealer, serials: { developer: developer.serial } };
    },
  };
}
