import { type Static, Type } from 'typebox';

/** Life of an access token. Unit: s. */
export const TOKEN_LIFE_S = 7200;

/** How long a token stays valid after a newer one was issued. Unit: s. */
export const TOKEN_OVERLAP_S = 300;

export const GRANT_TYPE = 'client_credential';

export const APPID_PATTERN = /^wx[0-9a-f]{16}$/;

/** The answer to a token request. */
export const AccessTokenAnswer = Type.Object({
  access_token: Type.String({ maxLength: 512, description: 'Clients are told to reserve 512 characters' }),
  expires_in: Type.Integer({ minimum: 0, description: 'Unit: s' }),
});
export type AccessTokenAnswer = Static<typeof AccessTokenAnswer>;
