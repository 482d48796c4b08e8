import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  calculatePKCECodeChallenge,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { OidcIdentity } from './oidc-identities.js';

/** An OpenID Connect provider, and as what it knows this server. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
}

/** What the provider's answer is checked against. It stays with the browser, sealed. */
export interface OidcChecks {
  state: string;
  nonce: string;
  codeVerifier: string;
}

export interface OidcProvider {
  /** Where the browser goes, and what its answer is checked against. @throws when the provider does not answer. */
  begin(callbackUrl: string): Promise<{ url: string; checks: OidcChecks }>;
  /**
   * Whom the provider sends back.
   *
   * @param answerUrl the callback's, with its query.
   * @returns `suggestedLogin`: what the provider calls them; undefined where it does not say.
   * @throws when the answer is not one to what was begun.
   */
  finish(answerUrl: URL, checks: OidcChecks): Promise<{ identity: OidcIdentity; suggestedLogin: string | undefined }>;
}

/** Claims that may be a name, the best first. */
const NAMES = ['preferred_username', 'email', 'name'] as const;

/** The authorization code flow with PKCE. The provider is asked about itself when somebody first signs in with it. */
export function createOidcProvider({ issuer, clientId, clientSecret }: OidcSettings): OidcProvider {
  const discover = async () => {
    const server = new URL(issuer);
    // The settings let only a provider on this machine be without TLS.
    const execute = server.protocol === 'http:' ? [allowInsecureRequests] : [];
    const found = (await discovery(server, clientId, clientSecret, undefined, { execute })).serverMetadata();
    // Where a provider does not say what it takes, it takes Basic.
    const takesBasic = found.token_endpoint_auth_methods_supported?.includes('client_secret_basic') ?? true;
    const authentication = takesBasic ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret);
    const config = new Configuration(found, clientId, clientSecret, authentication);
    for (const each of execute) each(config);
    return config;
  };
  let discovered: Promise<Configuration> | undefined;
  const configuration = () => {
    discovered ??= discover().catch((error) => {
      discovered = undefined;
      throw error;
    });
    return discovered;
  };

  return {
    begin: async (callbackUrl) => {
      const checks = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(await configuration(), {
        redirect_uri: callbackUrl,
        scope: 'openid profile email',
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await calculatePKCECodeChallenge(checks.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, checks };
    },

    finish: async (answerUrl, { state, nonce, codeVerifier }) => {
      const tokens = await authorizationCodeGrant(await configuration(), answerUrl, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('The provider sent no ID token');
      const suggestedLogin = NAMES.map((name) => claims[name]).find((name) => typeof name === 'string' && name !== '');
      return {
        identity: { issuer: claims.iss, subject: claims.sub },
        suggestedLogin: suggestedLogin as string | undefined,
      };
    },
  };
}
