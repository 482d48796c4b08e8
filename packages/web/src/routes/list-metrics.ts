/** What the list of requests says of each route. */
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

/** What the lists can be sorted by; the first is the standard. */
export const ROUTE_SORTS = [...ROUTE_METRICS, 'path'] as const;
export const ISSUE_SORTS = [...ISSUE_METRICS, 'message'] as const;

/** How a list is sorted after a click on a header: words begin with A, numbers with the largest. */
export function sortedBy(
  picked: string,
  sorts: readonly string[],
  { sort = sorts[0], order = 'desc' }: { sort?: string | undefined; order?: 'asc' | 'desc' | undefined },
): { sort: string | undefined; order: 'asc' | undefined } {
  const isWord = picked === sorts.at(-1);
  const isAscending = picked === sort ? order === 'desc' : isWord;
  return { sort: picked === sorts[0] ? undefined : picked, order: isAscending ? 'asc' : undefined };
}
