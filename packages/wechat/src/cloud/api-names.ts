import { ENDPOINTS, type Endpoint } from '../endpoints.js';

/** The APIs that a cloud call can ask, by namespace; what stands behind is named as in ENDPOINTS. */
const NAMESPACES = {
  analysis: [
    'getDailyVisitTrend',
    'getWeeklyVisitTrend',
    'getMonthlyVisitTrend',
    'getDailySummary',
    'getDailyRetain',
    'getWeeklyRetain',
    'getMonthlyRetain',
    'getVisitPage',
    'getUserPortrait',
    'getVisitDistribution',
    'getPerformanceData',
  ],
  operation: [
    'getPerformance',
    'getJsErrList',
    'getJsErrDetail',
    'getSceneList',
    'getVersionList',
    'realtimelogSearch',
    'getFeedback',
  ],
  'officialAccount.datacube': ['getInterfaceSummary', 'getInterfaceSummaryHour'],
} as const satisfies Record<string, (keyof typeof ENDPOINTS)[]>;

/** `analysis.getDailyVisitTrend` and its like, with their endpoints. */
export const CLOUD_APIS: ReadonlyMap<string, Endpoint> = new Map(
  Object.entries(NAMESPACES).flatMap(([namespace, names]) =>
    names.map((name) => [`${namespace}.${name}`, ENDPOINTS[name]] as const),
  ),
);
