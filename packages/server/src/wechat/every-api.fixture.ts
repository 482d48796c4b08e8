import * as component from '@minilens/wechat/component';
import { DailySummaryAnswer } from '@minilens/wechat/daily-summary';
import { ENDPOINTS } from '@minilens/wechat/endpoints';
import { InterfaceSummaryAnswer, InterfaceSummaryHourAnswer } from '@minilens/wechat/interface-summary';
import * as operation from '@minilens/wechat/operation';
import { PerformanceBootAnswer } from '@minilens/wechat/performance-boot';
import { ApiQuotaAnswer, IpListAnswer, RidInfoAnswer } from '@minilens/wechat/quota';
import { RetainAnswer } from '@minilens/wechat/retain';
import { SuccessAnswer } from '@minilens/wechat/success';
import { AccessTokenAnswer } from '@minilens/wechat/token';
import { UserPortraitAnswer } from '@minilens/wechat/user-portrait';
import { VisitDistributionAnswer } from '@minilens/wechat/visit-distribution';
import { VisitPageAnswer } from '@minilens/wechat/visit-page';
import { VisitTrendAnswer } from '@minilens/wechat/visit-trend';
import type { TSchema } from 'typebox';

export type ApiName = keyof typeof ENDPOINTS;
export const API_NAMES = Object.keys(ENDPOINTS) as ApiName[];

/** The form of every success. APIs without one are not served: their paths answer −1. */
export const ANSWERS: Partial<Record<ApiName, TSchema>> = {
  getAccessToken: AccessTokenAnswer,
  getStableAccessToken: AccessTokenAnswer,
  getApiDomainIp: IpListAnswer,
  getCallbackIp: IpListAnswer,
  getComponentAccessToken: component.ComponentAccessTokenAnswer,
  startPushTicket: SuccessAnswer,
  createPreAuthCode: component.CreatePreAuthCodeAnswer,
  queryAuth: component.QueryAuthAnswer,
  getAuthorizerAccessToken: component.AuthorizerAccessTokenAnswer,
  getAuthorizerInfo: component.AuthorizerInfoAnswer,
  getAuthorizerList: component.AuthorizerListAnswer,
  clearQuota: SuccessAnswer,
  clearQuotaByAppSecret: SuccessAnswer,
  getApiQuota: ApiQuotaAnswer,
  getRidInfo: RidInfoAnswer,
  getDailySummary: DailySummaryAnswer,
  getDailyVisitTrend: VisitTrendAnswer,
  getWeeklyVisitTrend: VisitTrendAnswer,
  getMonthlyVisitTrend: VisitTrendAnswer,
  getDailyRetain: RetainAnswer,
  getWeeklyRetain: RetainAnswer,
  getMonthlyRetain: RetainAnswer,
  getVisitDistribution: VisitDistributionAnswer,
  getVisitPage: VisitPageAnswer,
  getUserPortrait: UserPortraitAnswer,
  getPerformanceData: PerformanceBootAnswer,
  getInterfaceSummary: InterfaceSummaryAnswer,
  getInterfaceSummaryHour: InterfaceSummaryHourAnswer,
  getPerformance: operation.PerformanceAnswer,
  getJsErrList: operation.JsErrListAnswer,
  getJsErrDetail: operation.JsErrDetailAnswer,
  getSceneList: operation.SceneListAnswer,
  getVersionList: operation.VersionListAnswer,
};

const DAY_S = 86_400;
const day = (date: string) => ({ begin_date: date, end_date: date });

/** A request of every analysis API that is answered, when noon of 20 January 2026 in China is now. */
export const NOON_OF_20_JANUARY = Date.UTC(2026, 0, 20, 4);
const NOW_S = NOON_OF_20_JANUARY / 1000;

export const ANALYSIS_REQUESTS: Partial<Record<ApiName, object>> = {
  getDailySummary: day('20260119'),
  getDailyVisitTrend: day('20260119'),
  getWeeklyVisitTrend: { begin_date: '20260112', end_date: '20260118' },
  getMonthlyVisitTrend: { begin_date: '20251201', end_date: '20251231' },
  getDailyRetain: day('20260110'),
  getWeeklyRetain: { begin_date: '20260112', end_date: '20260118' },
  getMonthlyRetain: { begin_date: '20251201', end_date: '20251231' },
  getVisitDistribution: day('20260119'),
  getVisitPage: day('20260119'),
  getUserPortrait: { begin_date: '20251221', end_date: '20260119' },
  getPerformanceData: {
    module: '10022',
    time: { begin_timestamp: NOW_S - 3 * DAY_S, end_timestamp: NOW_S },
    params: [{ field: 'networktype', value: '-1' }],
  },
  getInterfaceSummary: { begin_date: '2025-12-21', end_date: '2026-01-19' },
  getInterfaceSummaryHour: { begin_date: '2026-01-19', end_date: '2026-01-19' },
  getPerformance: {
    cost_time_type: 2,
    default_start_time: NOW_S - 9 * DAY_S,
    default_end_time: NOW_S,
    device: '@_all',
  },
  getJsErrList: {
    ...{ appVersion: '0', errType: '0', startTime: '2026-01-01', endTime: '2026-01-19', keyword: '', openid: '' },
    ...{ orderby: 'uv', desc: '1', offset: 0, limit: 30 },
  },
  getJsErrDetail: {
    ...{ startTime: '2026-01-01', endTime: '2026-01-19', errorMsgMd5: '', errorStackMd5: '' },
    ...{ appVersion: '0', sdkVersion: '0', osName: '0', clientVersion: '0', openid: '' },
    ...{ offset: 0, limit: 30, desc: '1' },
  },
};
