import {
  AUTHORIZER_LIST_LIMIT,
  AuthorizerAccessTokenAnswer,
  AuthorizerAccessTokenRequest,
  AuthorizerInfoAnswer,
  AuthorizerInfoRequest,
  AuthorizerListAnswer,
  AuthorizerListRequest,
  type ComponentAccessTokenAnswer,
  ComponentAccessTokenRequest,
  CreatePreAuthCodeAnswer,
  CreatePreAuthCodeRequest,
  QueryAuthAnswer,
  QueryAuthRequest,
  StartPushTicketRequest,
} from '@minilens/wechat/component';
import { ENDPOINTS } from '@minilens/wechat/endpoints';
import type { SuccessAnswer } from '@minilens/wechat/success';
import { APPID_PATTERN, TOKEN_LIFE_S } from '@minilens/wechat/token';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { TokenStore } from './access-tokens.js';
import { isListed } from './allow-list.js';
import { setCaller } from './caller.js';
import { type Authorization, type Components, isRefreshTokenOf } from './components.js';
import { requireMethod } from './gates.js';
import { type Quotas, TOKEN_QUOTAS } from './quotas.js';
import { readBody } from './read-request.js';
import type { Call, Serve } from './serve.js';
import { WechatError } from './wechat-error.js';

export interface ComponentDeps {
  components: Components;
  /** Pushes the ticket of a component now, where it has a receiver. Never fails. */
  pushTicket(component: string): void;
  tokens: TokenStore;
  quotas: Quotas;
  /** Unit: ms since the Unix epoch. */
  now(): number;
}

/** Pages further on are as empty; databases count no further than 63 bits. */
const MOST_OFFSET = 2 ** 31;

/** All of it is written: where some may be missing, the serializer writes them last, out of the platform's order. */
const WrittenAuthorizerInfo = Type.Object({
  ...AuthorizerInfoAnswer.properties,
  authorizer_info: Type.Required(AuthorizerInfoAnswer.properties.authorizer_info),
});

const TicketAsked = Compile(StartPushTicketRequest);
const TokenAsked = Compile(ComponentAccessTokenRequest);

/** The third-party platform family: how a service provider comes to the tokens of the accounts that authorised it. */
export function serveComponents(app: FastifyInstance, serve: Serve, deps: ComponentDeps): void {
  const { components, pushTicket, tokens, quotas, now } = deps;

  /** Throws 40013, 40125, 61004. */
  async function checkComponent(request: FastifyRequest, component: string, secret: string): Promise<void> {
    if (!APPID_PATTERN.test(component)) throw new WechatError(40013);
    const verdict = await components.verifySecret(component, secret);
    if (verdict === 'unknown_app') throw new WechatError(40013);
    if (verdict === 'wrong_secret') throw new WechatError(40125);
    setCaller(request, { appid: component });
    const { addresses } = await components.find(component);
    if (addresses !== undefined && !isListed(addresses, request.ip)) throw new WechatError(61004);
  }

  const startPushTicket = ENDPOINTS.startPushTicket;
  app.all(
    startPushTicket.path,
    { onRequest: requireMethod(startPushTicket) },
    async (request): Promise<SuccessAnswer> => {
      const { component_appid, component_secret } = readBody(request, TicketAsked);
      await checkComponent(request, component_appid, component_secret);
      pushTicket(component_appid);
      return { errcode: 0, errmsg: 'ok' };
    },
  );

  const token = ENDPOINTS.getComponentAccessToken;
  app.all(token.path, { onRequest: requireMethod(token) }, async (request): Promise<ComponentAccessTokenAnswer> => {
    const { component_appid, component_appsecret, component_verify_ticket } = readBody(request, TokenAsked);
    await checkComponent(request, component_appid, component_appsecret);
    const ticket = await components.checkTicket(component_appid, component_verify_ticket);
    if (ticket !== 'ok') throw new WechatError(ticket === 'expired' ? 61005 : 61006);
    await quotas.spend(component_appid, token.path, TOKEN_QUOTAS, now());
    const component_access_token = await tokens.issue(component_appid, now(), { kind: 'component' });
    return { component_access_token, expires_in: TOKEN_LIFE_S };
  });

  serve({
    endpoint: ENDPOINTS.createPreAuthCode,
    request: CreatePreAuthCodeRequest,
    answer: CreatePreAuthCodeAnswer,
    async find(asked, call) {
      const { code, expiresInS } = await components.createPreAuthCode(componentOf(asked, call));
      return { pre_auth_code: code, expires_in: expiresInS };
    },
  });

  const issue = (component: string, appid: string, nowMs: number) =>
    tokens.issue(appid, nowMs, { kind: 'authorizer', component });

  serve({
    endpoint: ENDPOINTS.queryAuth,
    request: QueryAuthRequest,
    answer: QueryAuthAnswer,
    async find(asked, call) {
      const component = componentOf(asked, call);
      const found = await components.redeem(component, asked.authorization_code);
      if (found === 'invalid') throw new WechatError(61009);
      if (found === 'expired') throw new WechatError(61010);
      return {
        authorization_info: {
          authorizer_appid: found.appid,
          authorizer_access_token: await issue(component, found.appid, call.nowMs),
          expires_in: TOKEN_LIFE_S,
          authorizer_refresh_token: found.refreshToken,
          func_info: funcInfo(found),
        },
      };
    },
  });

  serve({
    endpoint: ENDPOINTS.getAuthorizerAccessToken,
    request: AuthorizerAccessTokenRequest,
    answer: AuthorizerAccessTokenAnswer,
    async find(asked, call) {
      const component = componentOf(asked, call);
      const found = await authorizationOf(component, asked.authorizer_appid);
      if (!isRefreshTokenOf(found, asked.authorizer_refresh_token)) throw new WechatError(61023);
      return {
        authorizer_access_token: await issue(component, found.appid, call.nowMs),
        expires_in: TOKEN_LIFE_S,
        authorizer_refresh_token: found.refreshToken,
      };
    },
  });

  serve({
    endpoint: ENDPOINTS.getAuthorizerInfo,
    request: AuthorizerInfoRequest,
    answer: WrittenAuthorizerInfo,
    async find(asked, call) {
      const found = await authorizationOf(componentOf(asked, call), asked.authorizer_appid);
      return {
        authorizer_info: {
          nick_name: found.name,
          head_img: '',
          service_type_info: { id: 0 },
          verify_type_info: { id: -1 },
          user_name: '',
          alias: '',
          qrcode_url: '',
          business_info: {},
          principal_name: '',
          signature: '',
          MiniProgramInfo: { network: {}, categories: [], visit_status: 0 },
        },
        authorization_info: {
          authorizer_appid: found.appid,
          authorizer_refresh_token: found.refreshToken,
          func_info: funcInfo(found),
        },
      };
    },
  });

  serve({
    endpoint: ENDPOINTS.getAuthorizerList,
    request: AuthorizerListRequest,
    answer: AuthorizerListAnswer,
    async find(asked, call) {
      const component = componentOf(asked, call);
      if (asked.count > AUTHORIZER_LIST_LIMIT) throw new WechatError(40170);
      const { total, page } = await components.authorizations(
        component,
        Math.min(asked.offset, MOST_OFFSET),
        asked.count,
      );
      return {
        total_count: total,
        list: page.map(({ appid, refreshToken, authorizedAt }) => ({
          authorizer_appid: appid,
          refresh_token: refreshToken,
          auth_time: Math.floor(authorizedAt / 1000),
        })),
      };
    },
  });

  /** Throws 40013, 61003. */
  async function authorizationOf(component: string, appid: string): Promise<Authorization> {
    if (!APPID_PATTERN.test(appid)) throw new WechatError(40013);
    const found = await components.authorization(component, appid);
    if (found === undefined) throw new WechatError(61003);
    return found;
  }
}

/** The component whose token it is. Throws 61011 where the body names another. */
function componentOf({ component_appid }: { component_appid: string }, { appid }: Call): string {
  if (component_appid !== appid) throw new WechatError(61011);
  return appid;
}

const funcInfo = ({ permissions }: Authorization) => permissions.map((id) => ({ funcscope_category: { id } }));
