/** Where the platform serves these APIs, and what clients call unless told otherwise. */
export const PLATFORM_ORIGIN = 'https://api.weixin.qq.com';

/** The first segments under which all paths lie. */
export const ROOTS = ['/cgi-bin', '/datacube', '/wxa', '/wxaapi'] as const;

export interface Endpoint {
  method: 'GET' | 'POST';
  path: `${(typeof ROOTS)[number]}/${string}`;
}

export const ENDPOINTS = {
  getAccessToken: { method: 'GET', path: '/cgi-bin/token' },
  getDailyVisitTrend: { method: 'POST', path: '/datacube/getweanalysisappiddailyvisittrend' },
} as const satisfies Record<string, Endpoint>;
