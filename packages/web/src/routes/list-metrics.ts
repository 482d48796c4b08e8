/** What the list of requests says of each route, and can be sorted by; the first is the standard. */
export const ROUTE_METRICS = [
  'requests',
  'requestSuccessRate',
  'httpErrors',
  'networkErrors',
  'aborts',
  'requestDurationP50Ms',
  'requestDurationP95Ms',
  'receivedBytes',
  'sentBytes',
  'requestAffectedUsers',
] as const;

/** The same of issues. */
export const ISSUE_METRICS = [
  'jsErrors',
  'errorUsers',
  'errorSessions',
  'errorVersions',
  'firstSeenAt',
  'lastSeenAt',
] as const;
