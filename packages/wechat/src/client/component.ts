import * as facts from '../component.js';
import { ENDPOINTS } from '../endpoints.js';
import { SuccessAnswer } from '../success.js';
import { accountApis } from './account-apis.js';
import { type CallOptions, createDefineMethod } from './call.js';
import { type ConnectionOptions, connect } from './connection.js';
import { createExchange } from './exchange.js';
import type { Sealer } from './sealer.js';
import { createTokenSource, keptToken } from './token-source.js';

export interface ComponentOptions extends ConnectionOptions {
  /** Of the third-party platform. */
  appid: string;
  secret: string;
}

export interface AuthorizerOptions {
  /** Where you keep it yourself. Otherwise the one that queryAuth brought is taken from the token cache. */
  refreshToken?: string;
  /** For an account that has signature and encryption switched on. */
  security?: Sealer;
}

export type Component = ReturnType<typeof createComponent>;
export type Authorizer = ReturnType<Component['authorizer']>;

/**
 * The WeChat server APIs for a service provider (a third-party platform, "component"). Tickets and refresh tokens lie in
 * the token cache beside the tokens: give one that outlives the process.
 */
export function createComponent({ appid, secret, ...options }: ComponentOptions) {
  const connection = connect(options);
  const { cache, now } = connection;
  const exchange = createExchange(connection, appid);
  const keyOf = (...words: string[]) => [connection.baseUrl, appid, ...words].join(' ');
  const ticketKey = keyOf('ticket');

  const tokens = createTokenSource({
    ...connection,
    key: keyOf('component'),
    async fetchToken() {
      const ticket = await cache.get(ticketKey);
      if (!ticket)
        throw new Error(
          'No component_verify_ticket was received yet. Hand every one that is pushed to receiveTicket; startPushTicket asks for the first.',
        );
      const endpoint = ENDPOINTS.getComponentAccessToken;
      const { component_access_token, expires_in } = await exchange(endpoint, {
        component_appid: appid,
        component_appsecret: secret,
        component_verify_ticket: ticket.token,
      } satisfies facts.ComponentAccessTokenRequest);
      return keptToken(endpoint, component_access_token, expires_in, now());
    },
  });

  const own = { componentAppid: appid, componentSecret: secret };
  const define = createDefineMethod({ exchange, tokens, own, retry: connection });
  const refresh = createDefineMethod({ exchange, tokens, own, retry: { ...connection, retries: 0 } })(
    ENDPOINTS.getAuthorizerAccessToken, // within the call of an account, which is what is retried
    facts.AuthorizerAccessTokenRequest,
    facts.AuthorizerAccessTokenAnswer,
  );
  const queryAuth = define(ENDPOINTS.queryAuth, facts.QueryAuthRequest, facts.QueryAuthAnswer);

  return {
    /** The component access token, for requests this client has no method for. */
    tokens,
    /** Keeps a ticket as it was pushed. */
    async receiveTicket(ticket: string): Promise<void> {
      await cache.update(ticketKey, async () => ({ token: ticket }));
    },
    startPushTicket: define(ENDPOINTS.startPushTicket, facts.StartPushTicketRequest, SuccessAnswer),
    createPreAuthCode: define(
      ENDPOINTS.createPreAuthCode,
      facts.CreatePreAuthCodeRequest,
      facts.CreatePreAuthCodeAnswer,
    ),
    /** Trades the code an account came back with for its tokens, and keeps them for `authorizer`. */
    async queryAuth(request: { authorizationCode: string }, callOptions?: CallOptions) {
      const { authorizationInfo } = await queryAuth(request, callOptions);
      const { authorizerAppid, authorizerRefreshToken, authorizerAccessToken, expiresIn } = authorizationInfo;
      await cache.update(keyOf(authorizerAppid, 'refresh'), async () => ({ token: authorizerRefreshToken }));
      const kept = keptToken(ENDPOINTS.queryAuth, authorizerAccessToken, expiresIn, now());
      await cache.update(keyOf(authorizerAppid), async () => kept);
      return authorizationInfo;
    },
    getAuthorizerInfo: define(ENDPOINTS.getAuthorizerInfo, facts.AuthorizerInfoRequest, facts.AuthorizerInfoAnswer),
    getAuthorizerList: define(ENDPOINTS.getAuthorizerList, facts.AuthorizerListRequest, facts.AuthorizerListAnswer),
    authorizer,
    define,
  };

  /** The APIs of an account that authorised the platform. */
  function authorizer(authorizerAppid: string, { refreshToken, security }: AuthorizerOptions = {}) {
    const refreshKey = keyOf(authorizerAppid, 'refresh');
    const accountTokens = createTokenSource({
      ...connection,
      key: keyOf(authorizerAppid),
      async fetchToken() {
        const authorizerRefreshToken = refreshToken ?? (await cache.get(refreshKey))?.token;
        if (authorizerRefreshToken === undefined)
          throw new Error(
            `No refresh token of ${authorizerAppid} is known. Call queryAuth first, or give refreshToken.`,
          );
        const answer = await refresh({ authorizerAppid, authorizerRefreshToken });
        await cache.update(refreshKey, async () => ({ token: answer.authorizerRefreshToken }));
        const { authorizerAccessToken, expiresIn } = answer;
        return keptToken(ENDPOINTS.getAuthorizerAccessToken, authorizerAccessToken, expiresIn, now());
      },
    });
    const defineForAccount = createDefineMethod({
      exchange: createExchange(connection, authorizerAppid, security),
      tokens: accountTokens,
      own: { appid: authorizerAppid },
      retry: connection,
    });
    return { ...accountApis(defineForAccount), tokens: accountTokens, define: defineForAccount };
  }
}
