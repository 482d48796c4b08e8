import type { OidcRefusal } from '@minilens/wire/accounts-api';
import type { DeliveryOutcome, DeliveryReason, EventKind, Outcome } from '@minilens/wire/event';
import { type FilterSearch, filterSearch } from '../filters/filter-search';
import type { ScreenSearch } from '../panels/screen-head';
import type { InterfaceSort } from '../query/interfaces';
import { FAILED_SESSIONS, type FailedSessions } from '../query/session-failures';
import { type RangeSearch, rangeSearch } from '../range/range-choice';
import { INTERFACE_SORTS, ISSUE_SORTS, PAGE_SORTS, ROUTE_SORTS } from './list-metrics';
import { SHOWS, type Show } from './session/time-line';
import type { PageSort } from './visits/found-pages';

/**
 * What the address of each screen may say. A reader of an address gets only what is valid; what is standard is absent,
 * so that addresses stay short. Unknown and broken fields are dropped.
 */
export interface InterfacesSearch extends ScreenSearch {
  search?: string | undefined;
  sort?: InterfaceSort | undefined;
  order?: 'asc' | undefined;
  page?: number | undefined;
}

export interface InterfaceSearch extends ScreenSearch {
  view?: 'table' | undefined;
  scale?: 'fitted' | undefined;
  user?: string | undefined;
  ip?: string | undefined;
  outcome?: Outcome | undefined;
  page?: number | undefined;
}

/** `show`: absent for the newest deliveries. `message`: the one whose attempts are looked at, by its `messageKey`. */
export interface PushSearch extends RangeSearch {
  view?: 'table' | undefined;
  show?: 'failed' | 'slowest' | undefined;
  outcome?: DeliveryOutcome | undefined;
  reason?: DeliveryReason | undefined;
  msgType?: string | undefined;
  event?: string | undefined;
  host?: string | undefined;
  page?: number | undefined;
  message?: string | undefined;
}

export interface RequestsSearch extends ScreenSearch {
  search?: string | undefined;
  sort?: (typeof ROUTE_SORTS)[number] | undefined;
  order?: 'asc' | undefined;
  page?: number | undefined;
}

/** One route, by what makes it one. `show`: absent for the newest requests that failed. */
export interface RequestSearch extends ScreenSearch {
  method?: string | undefined;
  host?: string | undefined;
  path?: string | undefined;
  show?: 'slowest' | 'newest' | undefined;
  page?: number | undefined;
}

/** `split`: absent for platforms. */
export interface PerformanceSearch extends ScreenSearch {
  split?: 'level' | 'network' | 'version' | undefined;
}

/** `state`: absent for issues that are open. */
export interface ErrorsSearch extends ScreenSearch {
  search?: string | undefined;
  state?: 'resolved' | 'ignored' | 'any' | undefined;
  sort?: (typeof ISSUE_SORTS)[number] | undefined;
  order?: 'asc' | undefined;
  page?: number | undefined;
}

export interface IssueSearch extends ScreenSearch {
  page?: number | undefined;
}
/**
 * `show`: absent for the trend. `by`: the length of a point or of a cohort; absent for what fits the range, of cohorts for
 * days. `who`: whose retention; absent for all users. `of`: the page whose details are looked at.
 */
export interface VisitsSearch extends ScreenSearch {
  show?: VisitTab | undefined;
  by?: 'day' | 'week' | 'month' | undefined;
  who?: 'new' | undefined;
  search?: string | undefined;
  sort?: PageSort | undefined;
  order?: 'asc' | undefined;
  of?: string | undefined;
}
export const VISIT_TABS = ['sources', 'lengths', 'retention', 'pages'] as const;
type VisitTab = (typeof VISIT_TABS)[number];

/** What happens now has no range. */
export interface LiveSearch extends FilterSearch {
  kind?: EventKind | undefined;
}

/** `having`: absent for sessions in which nothing need have failed. */
export interface UserSearch extends ScreenSearch {
  having?: FailedSessions | undefined;
  page?: number | undefined;
}

/** `who`: a user id, an openid or a unionid. */
export interface UsersSearch extends UserSearch {
  who?: string | undefined;
}

/** `show`: absent for everything the session did. */
export interface SessionSearch {
  show?: Show | undefined;
}

type Raw = Record<string, unknown>;

/** What most screens say: the range and the filters. */
export const screenSearch = (raw: Raw): ScreenSearch => ({ ...rangeSearch(raw), ...filterSearch(raw) });

export function interfacesSearch(raw: Raw): InterfacesSearch {
  return {
    ...screenSearch(raw),
    ...present('search', text(raw.search, 64)),
    ...sorting(INTERFACE_SORTS, raw),
    ...present('page', page(raw.page)),
  };
}

export function interfaceSearch(raw: Raw): InterfaceSearch {
  return {
    ...screenSearch(raw),
    ...present('view', oneOf(['table'] as const, raw.view)),
    ...present('scale', oneOf(['fitted'] as const, raw.scale)),
    ...present('user', text(raw.user, 32)),
    ...present('ip', text(raw.ip, 45)),
    ...present('outcome', oneOf(Object.keys(OUTCOMES) as Outcome[], raw.outcome)),
    ...present('page', page(raw.page)),
  };
}

export function pushSearch(raw: Raw): PushSearch {
  const show = oneOf(['failed', 'slowest'] as const, raw.show);
  const outcome = oneOf(Object.keys(DELIVERY_OUTCOMES) as DeliveryOutcome[], raw.outcome);
  return {
    ...rangeSearch(raw),
    ...present('view', oneOf(['table'] as const, raw.view)),
    // What went well is not among what failed.
    ...present('show', show === 'failed' && outcome === 'ok' ? undefined : show),
    ...present('outcome', outcome),
    ...present('reason', oneOf(Object.keys(DELIVERY_REASONS) as DeliveryReason[], raw.reason)),
    ...present('msgType', text(raw.msgType, 64)),
    ...present('event', text(raw.event, 64)),
    ...present('host', text(raw.host, 128)),
    ...present('page', page(raw.page)),
    ...present('message', text(raw.message, 64)),
  };
}

export function requestsSearch(raw: Raw): RequestsSearch {
  return {
    ...screenSearch(raw),
    ...present('search', text(raw.search, 256)),
    ...sorting(ROUTE_SORTS, raw),
    ...present('page', page(raw.page)),
  };
}

export function requestSearch(raw: Raw): RequestSearch {
  return {
    ...screenSearch(raw),
    ...present('method', text(raw.method, 16)),
    ...present('host', text(raw.host, 128)),
    ...present('path', text(raw.path, 256)),
    ...present('show', oneOf(['slowest', 'newest'] as const, raw.show)),
    ...present('page', page(raw.page)),
  };
}

export function performanceSearch(raw: Raw): PerformanceSearch {
  return { ...screenSearch(raw), ...present('split', oneOf(['level', 'network', 'version'] as const, raw.split)) };
}

export function errorsSearch(raw: Raw): ErrorsSearch {
  return {
    ...screenSearch(raw),
    ...present('search', text(raw.search, 256)),
    ...present('state', oneOf(['resolved', 'ignored', 'any'] as const, raw.state)),
    ...sorting(ISSUE_SORTS, raw),
    ...present('page', page(raw.page)),
  };
}

export function issueSearch(raw: Raw): IssueSearch {
  return { ...screenSearch(raw), ...present('page', page(raw.page)) };
}

export function visitsSearch(raw: Raw): VisitsSearch {
  const show = oneOf(VISIT_TABS, raw.show);
  return {
    ...screenSearch(raw),
    ...present('show', show),
    ...present('by', oneOf(['day', 'week', 'month'] as const, raw.by)),
    ...present('who', oneOf(['new'] as const, raw.who)),
    ...present('search', text(raw.search, 64)),
    ...sorting(PAGE_SORTS, raw),
    ...present('of', show === 'pages' ? text(raw.of, 256) : undefined),
  };
}
export const liveSearch = (raw: Raw): LiveSearch => ({
  ...filterSearch(raw),
  ...present('kind', oneOf(LIVE_KINDS, raw.kind)),
});

export const userSearch = (raw: Raw): UserSearch => ({
  ...screenSearch(raw),
  ...present('having', oneOf(FAILED_SESSIONS, raw.having)),
  ...present('page', page(raw.page)),
});

export const usersSearch = (raw: Raw): UsersSearch => ({
  ...userSearch(raw),
  ...present('who', text(raw.who, 64)),
});

export const sessionSearch = (raw: Raw): SessionSearch => present('show', oneOf(SHOWS, raw.show));

/** Where to go after signing in: an address of ours, never another site's. */
export function returnSearch({ to }: Raw): { to?: string } {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? { to } : {};
}

/** `refused`: why OpenID Connect let nobody in. */
export function loginSearch(raw: Raw): { to?: string; refused?: OidcRefusal } {
  return {
    ...returnSearch(raw),
    ...present('refused', oneOf(Object.keys(OIDC_REFUSALS) as OidcRefusal[], raw.refused)),
  };
}

/** Lists that are paged and nothing else. */
export const pageSearch = (raw: Raw): { page?: number | undefined } => present('page', page(raw.page));

export function setupSearch({ token }: Raw): { token?: string } {
  return present('token', text(token, 128));
}

/** Plain `name=value` pairs: the router's own way would write JSON into the address. */
export const readAddress = (query: string): Raw => Object.fromEntries(new URLSearchParams(query));

export function writeAddress(search: Raw): string {
  const said = Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const query = new URLSearchParams(said).toString();
  return query ? `?${query}` : '';
}

// Records, not lists: an outcome that the contract gains does not compile until it stands here.
const OUTCOMES: Record<Outcome, true> = { success: true, fail: true, cancel: true, unknown: true };
/** What a device tells, in the order in which it is offered. */
const DEVICE_KINDS: Record<Exclude<EventKind, 'push_delivery'>, true> = {
  call: true,
  request: true,
  error: true,
  page_show: true,
  page_ready: true,
  page_hide: true,
  launch: true,
  app_show: true,
  app_hide: true,
  performance: true,
  share: true,
  custom: true,
  user: true,
  agent: true,
};
export const LIVE_KINDS = Object.keys(DEVICE_KINDS) as Exclude<EventKind, 'push_delivery'>[];
const DELIVERY_OUTCOMES: Record<DeliveryOutcome, true> = {
  ok: true,
  dns_failure: true,
  dns_timeout: true,
  connect_failure: true,
  connect_timeout: true,
  request_timeout: true,
  bad_status: true,
  invalid_response: true,
};
const DELIVERY_REASONS: Record<DeliveryReason, true> = {
  quoted_success: true,
  html: true,
  text: true,
  json_for_xml: true,
  xml_for_json: true,
  malformed: true,
  not_swapped: true,
  missing_field: true,
  unknown_type: true,
  empty_content: true,
  bad_create_time: true,
  not_encrypted: true,
  wrong_signature: true,
  undecryptable: true,
  wrong_appid: true,
  too_long: true,
  refused: true,
  cut: true,
  tls: true,
  sender_left: true,
  covered: true,
};
const OIDC_REFUSALS: Record<OidcRefusal, true> = { not_invited: true, expired: true, failed: true, in_use: true };

/** The first of the sorts is the standard. */
function sorting<Sort extends string>(sorts: readonly Sort[], raw: Raw) {
  const sort = oneOf(sorts, raw.sort);
  return {
    ...present('sort', sort === sorts[0] ? undefined : sort),
    ...present('order', oneOf(['asc'] as const, raw.order)),
  };
}

const oneOf = <T extends string>(allowed: readonly T[], value: unknown): T | undefined =>
  allowed.find((known) => known === value);
const text = (value: unknown, maxLength: number) =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, maxLength) : undefined;
const page = (value: unknown) => {
  const number = Number(value);
  return Number.isInteger(number) && number > 1 ? number : undefined;
};
const present = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
