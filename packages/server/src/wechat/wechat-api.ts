import { ROOTS } from '@minilens/wechat/endpoints';
import type { FastifyPluginAsync } from 'fastify';
import { type AccessTokenDeps, serveAccessToken } from './access-token-endpoint.js';
import type { Analysis } from './analysis.js';
import { type ComponentDeps, serveComponents } from './component-endpoints.js';
import { serveDailySummary } from './daily-summary-endpoint.js';
import { type DialectDeps, speakWechat } from './dialect.js';
import { serveInterfaceSummaries } from './interface-summary-endpoints.js';
import type { Operation } from './operation.js';
import { serveOperation } from './operation-endpoints.js';
import { servePerformanceBoot } from './performance-boot-endpoint.js';
import { type QuotaDeps, serveQuotas } from './quota-endpoints.js';
import { serveRetains } from './retain-endpoints.js';
import { createServe, type ServeDeps } from './serve.js';
import { serveStableToken } from './stable-token-endpoint.js';
import { serveUserPortrait } from './user-portrait-endpoint.js';
import { serveVisitDistribution } from './visit-distribution-endpoint.js';
import { serveVisitPages } from './visit-page-endpoint.js';
import { serveVisitTrends } from './visit-trend-endpoints.js';
import { WechatError } from './wechat-error.js';

export type WechatDeps = DialectDeps &
  AccessTokenDeps &
  ComponentDeps &
  QuotaDeps &
  ServeDeps & { analysis: Analysis; operation: Operation };

const ANALYSIS = [
  serveVisitTrends,
  serveDailySummary,
  serveRetains,
  serveVisitDistribution,
  serveVisitPages,
  serveUserPortrait,
  servePerformanceBoot,
  serveInterfaceSummaries,
];

/** The WeChat server APIs: an SDK made for the platform works here after its base URL is changed. */
export const wechatApi: FastifyPluginAsync<WechatDeps> = async (app, deps) => {
  speakWechat(app, deps);
  serveAccessToken(app, deps);
  serveStableToken(app, deps);
  const serve = createServe(app, deps);
  serveComponents(app, serve, deps);
  serveQuotas(app, serve, deps);
  for (const serveAnalysis of ANALYSIS) serveAnalysis(serve, deps.analysis);
  serveOperation(serve, deps.analysis, deps.operation);
  for (const root of ROOTS)
    for (const path of [root, `${root}/*`]) app.all(path, { onRequest: unknownPath }, unknownPath);
};

const unknownPath = async () => {
  throw new WechatError(-1);
};
