import { INTERFACE_METRICS } from '../query/interfaces';
import { PAGE_METRICS } from './visits/visit-questions';

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

/** What the lists can be sorted by: the first is the standard, the last a word. */
export const ROUTE_SORTS = [...ROUTE_METRICS, 'path'] as const;
export const ISSUE_SORTS = [...ISSUE_METRICS, 'message'] as const;
export const INTERFACE_SORTS = [...INTERFACE_METRICS, 'name'] as const;
export const PAGE_SORTS = [...PAGE_METRICS, 'page'] as const;

/** How a list is sorted after a click on a header: words begin with A, numbers with the largest. */
export function sortedBy<Sort extends string>(
  picked: string,
  sorts: readonly Sort[],
  { sort = sorts[0], order = 'desc' }: { sort?: Sort | undefined; order?: 'asc' | 'desc' | undefined },
): { sort: Sort | undefined; order: 'asc' | undefined } {
  const by = sorts.find((known) => known === picked);
  const isAscending = by === sort ? order === 'desc' : by === sorts.at(-1);
  return { sort: by === sorts[0] ? undefined : by, order: isAscending ? 'asc' : undefined };
}
