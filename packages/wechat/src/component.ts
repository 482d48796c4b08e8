import { type Static, Type } from 'typebox';

/** How often the platform pushes a ticket, and how long one is good for. Unit: s. */
export const TICKET_PUSH_S = 600;
export const TICKET_LIFE_S = 43_200;

/** What the receiver of a ticket must answer. */
export const TICKET_RECEIPT = 'success';

/** Life of a pre-authorisation code. Unit: s. */
export const PRE_AUTH_CODE_LIFE_S = 600;

/** Accounts one page of the list holds. */
export const AUTHORIZER_LIST_LIMIT = 500;

const component_appid = Type.String();
const authorizer_appid = Type.String();
const expires_in = Type.Integer({ minimum: 0, description: 'Unit: s' });

export const ComponentAccessTokenRequest = Type.Object({
  component_appid,
  component_appsecret: Type.String(),
  component_verify_ticket: Type.String({ description: 'The last one pushed' }),
});
export type ComponentAccessTokenRequest = Static<typeof ComponentAccessTokenRequest>;

export const ComponentAccessTokenAnswer = Type.Object({ component_access_token: Type.String(), expires_in });
export type ComponentAccessTokenAnswer = Static<typeof ComponentAccessTokenAnswer>;

/** The platform says `component_secret` here, and `component_appsecret` elsewhere. */
export const StartPushTicketRequest = Type.Object({ component_appid, component_secret: Type.String() });
export type StartPushTicketRequest = Static<typeof StartPushTicketRequest>;

export const CreatePreAuthCodeRequest = Type.Object({ component_appid });
export type CreatePreAuthCodeRequest = Static<typeof CreatePreAuthCodeRequest>;

export const CreatePreAuthCodeAnswer = Type.Object({ pre_auth_code: Type.String(), expires_in });
export type CreatePreAuthCodeAnswer = Static<typeof CreatePreAuthCodeAnswer>;

const func_info = Type.Array(
  Type.Object({ funcscope_category: Type.Object({ id: Type.Integer({ description: 'A permission set' }) }) }),
);
const authorizer_refresh_token = Type.String({ description: 'Good until the account withdraws its authorisation' });

export const QueryAuthRequest = Type.Object({ component_appid, authorization_code: Type.String() });
export type QueryAuthRequest = Static<typeof QueryAuthRequest>;

export const QueryAuthAnswer = Type.Object({
  authorization_info: Type.Object({
    authorizer_appid,
    authorizer_access_token: Type.String(),
    expires_in,
    authorizer_refresh_token,
    func_info,
  }),
});
export type QueryAuthAnswer = Static<typeof QueryAuthAnswer>;

export const AuthorizerAccessTokenRequest = Type.Object({
  component_appid,
  authorizer_appid,
  authorizer_refresh_token,
});
export type AuthorizerAccessTokenRequest = Static<typeof AuthorizerAccessTokenRequest>;

export const AuthorizerAccessTokenAnswer = Type.Object({
  authorizer_access_token: Type.String(),
  expires_in,
  authorizer_refresh_token,
});
export type AuthorizerAccessTokenAnswer = Static<typeof AuthorizerAccessTokenAnswer>;

export const AuthorizerInfoRequest = Type.Object({ component_appid, authorizer_appid });
export type AuthorizerInfoRequest = Static<typeof AuthorizerInfoRequest>;

const Kind = Type.Object({ id: Type.Integer() });

export const AuthorizerInfoAnswer = Type.Object({
  authorizer_info: Type.Object({
    nick_name: Type.String(),
    head_img: Type.Optional(Type.String()),
    service_type_info: Kind,
    verify_type_info: Kind,
    user_name: Type.String(),
    alias: Type.Optional(Type.String()),
    qrcode_url: Type.Optional(Type.String()),
    business_info: Type.Optional(Type.Record(Type.String(), Type.Integer())),
    principal_name: Type.Optional(Type.String()),
    signature: Type.Optional(Type.String()),
    MiniProgramInfo: Type.Optional(Type.Unknown({ description: 'For Mini Programs only' })),
  }),
  authorization_info: Type.Object({ authorizer_appid, authorizer_refresh_token, func_info }),
});
export type AuthorizerInfoAnswer = Static<typeof AuthorizerInfoAnswer>;

export const AuthorizerListRequest = Type.Object({
  component_appid,
  offset: Type.Integer({ minimum: 0 }),
  count: Type.Integer({ minimum: 1, description: `At most ${AUTHORIZER_LIST_LIMIT}, else 40170` }),
});
export type AuthorizerListRequest = Static<typeof AuthorizerListRequest>;

export const AuthorizerListAnswer = Type.Object({
  total_count: Type.Integer({ minimum: 0 }),
  list: Type.Array(
    Type.Object({
      authorizer_appid,
      refresh_token: Type.String(),
      auth_time: Type.Integer({ description: 'Unit: s since the Unix epoch' }),
    }),
  ),
});
export type AuthorizerListAnswer = Static<typeof AuthorizerListAnswer>;
