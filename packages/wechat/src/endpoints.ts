/** Where the platform serves these APIs, and what clients call unless told otherwise. */
export const PLATFORM_ORIGIN = 'https://api.weixin.qq.com';

/** The first segments under which all paths lie. */
export const ROOTS = ['/cgi-bin', '/datacube', '/wxa', '/wxaapi'] as const;

export interface Endpoint {
  method: 'GET' | 'POST';
  path: `${(typeof ROOTS)[number]}/${string}`;
  /** Whose token the query carries: an account's, a third-party platform's (component), or nobody's. */
  token: 'account' | 'component' | 'none';
  /** The permission set an account must have granted a third-party platform for it. */
  permission?: 18 | 3;
  /** Whether requests are signed and encrypted once the account has that switched on. */
  secured?: true;
  /** Where the fields of a request travel, when not in the query of a GET and the body of a POST. */
  fields?: 'query';
  /** Whether asking again after a lost answer may use something up: a code, or one of few times. */
  once?: true;
}

/** Development and data analysis. Of the operation centre this is inferred. */
const ANALYSIS = { token: 'account', permission: 18 } as const;
const SECURED_ANALYSIS = { ...ANALYSIS, secured: true } as const;

/** Never signed or encrypted. */
const INTERFACES = { token: 'account', permission: 3 } as const;

const POST_ANALYSIS = { method: 'POST', ...SECURED_ANALYSIS } as const;

export const ENDPOINTS = {
  // Tokens and addresses
  getAccessToken: { method: 'GET', path: '/cgi-bin/token', token: 'none' },
  getStableAccessToken: { method: 'POST', path: '/cgi-bin/stable_token', token: 'none' },
  getApiDomainIp: { method: 'GET', path: '/cgi-bin/get_api_domain_ip', token: 'account' },
  getCallbackIp: { method: 'GET', path: '/cgi-bin/getcallbackip', token: 'account' },

  // Third-party platforms
  getComponentAccessToken: { method: 'POST', path: '/cgi-bin/component/api_component_token', token: 'none' },
  startPushTicket: { method: 'POST', path: '/cgi-bin/component/api_start_push_ticket', token: 'none' },
  createPreAuthCode: { method: 'POST', path: '/cgi-bin/component/api_create_preauthcode', token: 'component' },
  queryAuth: { method: 'POST', path: '/cgi-bin/component/api_query_auth', token: 'component', once: true },
  getAuthorizerAccessToken: { method: 'POST', path: '/cgi-bin/component/api_authorizer_token', token: 'component' },
  getAuthorizerInfo: { method: 'POST', path: '/cgi-bin/component/api_get_authorizer_info', token: 'component' },
  getAuthorizerList: { method: 'POST', path: '/cgi-bin/component/api_get_authorizer_list', token: 'component' },

  // Quota and diagnosis
  clearQuota: { method: 'POST', path: '/cgi-bin/clear_quota', token: 'account', secured: true, once: true },
  clearQuotaByAppSecret: {
    method: 'POST',
    path: '/cgi-bin/clear_quota/v2',
    token: 'none',
    fields: 'query',
    once: true,
  },
  getApiQuota: { method: 'POST', path: '/cgi-bin/openapi/quota/get', token: 'account', secured: true },
  getRidInfo: { method: 'POST', path: '/cgi-bin/openapi/rid/get', token: 'account', secured: true },

  // Analysis of users and visits
  getDailySummary: { path: '/datacube/getweanalysisappiddailysummarytrend', ...POST_ANALYSIS },
  getDailyVisitTrend: { path: '/datacube/getweanalysisappiddailyvisittrend', ...POST_ANALYSIS },
  getWeeklyVisitTrend: { path: '/datacube/getweanalysisappidweeklyvisittrend', ...POST_ANALYSIS },
  getMonthlyVisitTrend: { path: '/datacube/getweanalysisappidmonthlyvisittrend', ...POST_ANALYSIS },
  getDailyRetain: { path: '/datacube/getweanalysisappiddailyretaininfo', ...POST_ANALYSIS },
  getWeeklyRetain: { path: '/datacube/getweanalysisappidweeklyretaininfo', ...POST_ANALYSIS },
  getMonthlyRetain: { path: '/datacube/getweanalysisappidmonthlyretaininfo', ...POST_ANALYSIS },
  getVisitDistribution: { path: '/datacube/getweanalysisappidvisitdistribution', ...POST_ANALYSIS },
  getVisitPage: { path: '/datacube/getweanalysisappidvisitpage', ...POST_ANALYSIS },
  getUserPortrait: { path: '/datacube/getweanalysisappiduserportrait', ...POST_ANALYSIS },
  getPerformanceData: { path: '/wxa/business/performance/boot', ...POST_ANALYSIS },

  // Analysis of message push
  getInterfaceSummary: { method: 'POST', path: '/datacube/getinterfacesummary', ...INTERFACES },
  getInterfaceSummaryHour: { method: 'POST', path: '/datacube/getinterfacesummaryhour', ...INTERFACES },

  // Operation centre
  getPerformance: { path: '/wxaapi/log/get_performance', ...POST_ANALYSIS },
  getJsErrList: { path: '/wxaapi/log/jserr_list', ...POST_ANALYSIS },
  getJsErrDetail: { path: '/wxaapi/log/jserr_detail', ...POST_ANALYSIS },
  getJsErrSearch: { method: 'POST', path: '/wxaapi/log/jserr_search', ...ANALYSIS },
  getSceneList: { method: 'GET', path: '/wxaapi/log/get_scene', ...ANALYSIS },
  getVersionList: { method: 'GET', path: '/wxaapi/log/get_client_version', ...ANALYSIS },
  realtimelogSearch: { method: 'GET', path: '/wxaapi/userlog/userlog_search', ...ANALYSIS },
  getFeedback: { method: 'GET', path: '/wxaapi/feedback/list', ...ANALYSIS },
  getFeedbackmedia: { method: 'GET', path: '/cgi-bin/media/getfeedbackmedia', ...ANALYSIS },
  getGrayReleasePlan: { method: 'GET', path: '/wxa/getgrayreleaseplan', ...ANALYSIS },
} as const satisfies Record<string, Endpoint>;
