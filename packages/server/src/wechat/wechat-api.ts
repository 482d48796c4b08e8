import { ROOTS } from '@minilens/wechat/endpoints';
import type { FastifyPluginAsync } from 'fastify';
import { type AccessTokenDeps, serveAccessToken } from './access-token-endpoint.js';
import { type DialectDeps, speakWechat } from './dialect.js';
import { createServe, type ServeDeps } from './serve.js';
import { serveDailyVisitTrend, type VisitTrendDeps } from './visit-trend-endpoint.js';
import { WechatError } from './wechat-error.js';

export type WechatDeps = DialectDeps & AccessTokenDeps & ServeDeps & VisitTrendDeps;

/** The WeChat server APIs: an SDK made for the platform works here after its base URL is changed. */
export const wechatApi: FastifyPluginAsync<WechatDeps> = async (app, deps) => {
  speakWechat(app, deps);
  serveAccessToken(app, deps);
  const serve = createServe(app, deps);
  serveDailyVisitTrend(serve, deps);
  for (const root of ROOTS) app.all(`${root}/*`, { onRequest: unknownPath }, unknownPath);
};

const unknownPath = async () => {
  throw new WechatError(-1);
};
