import { DailySummaryAnswer, DailySummaryRequest } from '../daily-summary.js';
import { ENDPOINTS } from '../endpoints.js';
import { InterfaceSummaryAnswer, InterfaceSummaryHourAnswer, InterfaceSummaryRequest } from '../interface-summary.js';
import * as operation from '../operation.js';
import { PerformanceBootAnswer, PerformanceBootRequest } from '../performance-boot.js';
import * as quota from '../quota.js';
import { RetainAnswer, RetainRequest } from '../retain.js';
import { NoRequest, SuccessAnswer } from '../success.js';
import { UserPortraitAnswer, UserPortraitRequest } from '../user-portrait.js';
import { VisitDistributionAnswer, VisitDistributionRequest } from '../visit-distribution.js';
import { VisitPageAnswer, VisitPageRequest } from '../visit-page.js';
import { VisitTrendAnswer, VisitTrendRequest } from '../visit-trend.js';
import type { DefineMethod } from './call.js';
import { type Camel, toCamel } from './camel-case.js';

/** Everything an account is asked, its own or one that authorised a third-party platform. */
export function accountApis(define: DefineMethod) {
  return {
    /** Users and visits. Dates are `yyyyMMdd` in China. */
    analysis: {
      getDailySummary: define(ENDPOINTS.getDailySummary, DailySummaryRequest, DailySummaryAnswer),
      getDailyVisitTrend: define(ENDPOINTS.getDailyVisitTrend, VisitTrendRequest, VisitTrendAnswer),
      getWeeklyVisitTrend: define(ENDPOINTS.getWeeklyVisitTrend, VisitTrendRequest, VisitTrendAnswer),
      getMonthlyVisitTrend: define(ENDPOINTS.getMonthlyVisitTrend, VisitTrendRequest, VisitTrendAnswer),
      getDailyRetain: define(ENDPOINTS.getDailyRetain, RetainRequest, RetainAnswer),
      getWeeklyRetain: define(ENDPOINTS.getWeeklyRetain, RetainRequest, RetainAnswer),
      getMonthlyRetain: define(ENDPOINTS.getMonthlyRetain, RetainRequest, RetainAnswer),
      getVisitDistribution: define(ENDPOINTS.getVisitDistribution, VisitDistributionRequest, VisitDistributionAnswer),
      getVisitPage: define(ENDPOINTS.getVisitPage, VisitPageRequest, VisitPageAnswer),
      getUserPortrait: define(ENDPOINTS.getUserPortrait, UserPortraitRequest, UserPortraitAnswer),
    },
    /** Message push. Dates are `yyyy-MM-dd` in China. */
    interfaces: {
      getInterfaceSummary: define(ENDPOINTS.getInterfaceSummary, InterfaceSummaryRequest, InterfaceSummaryAnswer),
      getInterfaceSummaryHour: define(
        ENDPOINTS.getInterfaceSummaryHour,
        InterfaceSummaryRequest,
        InterfaceSummaryHourAnswer,
      ),
    },
    /** Launch, page switches and memory. Times count seconds. */
    performance: {
      getPerformanceData: define(ENDPOINTS.getPerformanceData, PerformanceBootRequest, PerformanceBootAnswer),
    },
    operation: operationApis(define),
    quota: {
      /** Ten times a calendar month. */
      clearQuota: define(ENDPOINTS.clearQuota, quota.ClearQuotaRequest, SuccessAnswer),
      getApiQuota: define(ENDPOINTS.getApiQuota, quota.ApiQuotaRequest, quota.ApiQuotaAnswer),
      getRidInfo: define(ENDPOINTS.getRidInfo, quota.RidInfoRequest, quota.RidInfoAnswer),
      getApiDomainIp: define(ENDPOINTS.getApiDomainIp, NoRequest, quota.IpListAnswer),
      getCallbackIp: define(ENDPOINTS.getCallbackIp, NoRequest, quota.IpListAnswer),
    },
  };
}

function operationApis(define: DefineMethod) {
  const getPerformance = define(ENDPOINTS.getPerformance, operation.PerformanceRequest, operation.PerformanceAnswer);
  return {
    /** The platform wraps these numbers into JSON text once more; here they come unwrapped. */
    async getPerformance(...args: Parameters<typeof getPerformance>) {
      const { defaultTimeData, compareTimeData } = await getPerformance(...args);
      return { defaultTimeData: unwrap(defaultTimeData), compareTimeData: unwrap(compareTimeData) };
    },
    getJsErrList: define(ENDPOINTS.getJsErrList, operation.JsErrListRequest, operation.JsErrListAnswer),
    getJsErrDetail: define(ENDPOINTS.getJsErrDetail, operation.JsErrDetailRequest, operation.JsErrDetailAnswer),
    getJsErrSearch: define(ENDPOINTS.getJsErrSearch, operation.JsErrSearchRequest, operation.JsErrSearchAnswer),
    getSceneList: define(ENDPOINTS.getSceneList, NoRequest, operation.SceneListAnswer),
    getVersionList: define(ENDPOINTS.getVersionList, NoRequest, operation.VersionListAnswer),
    searchRealtimeLog: define(ENDPOINTS.realtimelogSearch, operation.RealtimeLogRequest, operation.RealtimeLogAnswer),
    getFeedback: define(ENDPOINTS.getFeedback, operation.FeedbackRequest, operation.FeedbackAnswer),
    getGrayReleasePlan: define(ENDPOINTS.getGrayReleasePlan, NoRequest, operation.GrayReleasePlanAnswer),
  };
}

/** Empty where nothing was compared. */
const unwrap = (text: string): Camel<operation.PerformanceTimeData> =>
  text === '' ? { list: [] } : toCamel(JSON.parse(text) as operation.PerformanceTimeData);
