import { ROOTS } from '@minilens/wechat/endpoints';
import type { FastifyPluginAsync } from 'fastify';
import { type AccessTokenDeps, serveAccessToken } from './access-token-endpoint.js';
import { type ComponentDeps, serveComponents } from './component-endpoints.js';
import { type DialectDeps, speakWechat } from './dialect.js';
import { type QuotaDeps, serveQuotas } from './quota-endpoints.js';
import { createServe, type ServeDeps } from './serve.js';
import { serveStableToken } from './stable-token-endpoint.js';
import { serveDailyVisitTrend, type VisitTrendDeps } from './visit-trend-endpoint.js';
import { WechatError } from './wechat-error.js';

export type WechatDeps = DialectDeps & AccessTokenDeps & ComponentDeps & QuotaDeps & ServeDeps & VisitTrendDeps;

/** The WeChat server APIs: an SDK made for the platform works here after its base URL is changed. */
export const wechatApi: FastifyPluginAsync<WechatDeps> = async (app, deps) => {
  speakWechat(app, deps);
  serveAccessToken(app, deps);
  serveStableToken(app, deps);
  const serve = createServe(app, deps);
  serveComponents(app, serve, deps);
  serveQuotas(app, serve, deps);
  serveDailyVisitTrend(serve, deps);
  for (const root of ROOTS) app.all(`${root}/*`, { onRequest: unknownPath }, unknownPath);
};

const unknownPath = async () => {
  throw new WechatError(-1);
};
