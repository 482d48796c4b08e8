import { type Static, Type } from 'typebox';

/** Life of an access token. Unit: s. */
export const TOKEN_LIFE_S = 7200;

/** How long a token stays valid after a newer one was issued. Unit: s. */
export const TOKEN_OVERLAP_S = 300;

export const GRANT_TYPE = 'client_credential';

export const APPID_PATTERN = /^wx[0-9a-f]{16}$/;

/** The query of a token request: a new token every time. */
export const AccessTokenRequest = Type.Object({
  grant_type: Type.Literal(GRANT_TYPE),
  appid: Type.String(),
  secret: Type.String(),
});
export type AccessTokenRequest = Static<typeof AccessTokenRequest>;

/**
 * The body of a stable token request: the same token until its last five minutes. Tokens of the two endpoints do not
 * invalidate each other.
 */
export const StableAccessTokenRequest = Type.Object({
  grant_type: Type.Literal(GRANT_TYPE),
  appid: Type.String(),
  secret: Type.String(),
  force_refresh: Type.Optional(Type.Boolean({ description: 'Invalidates the previous token at once' })),
});
export type StableAccessTokenRequest = Static<typeof StableAccessTokenRequest>;

/** How often a stable token may be refreshed by force. Unit: times a day. */
export const FORCE_REFRESH_PER_DAY = 20;

/** A forced refresh sooner after the last one does nothing. Unit: s. */
export const FORCE_REFRESH_GAP_S = 30;

/** The answer to a token request. */
export const AccessTokenAnswer = Type.Object({
  access_token: Type.String({ maxLength: 512, description: 'Clients are told to reserve 512 characters' }),
  expires_in: Type.Integer({ minimum: 0, description: 'What is left of its life. Unit: s' }),
});
export type AccessTokenAnswer = Static<typeof AccessTokenAnswer>;
