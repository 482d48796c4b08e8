import type { OidcRefusal } from '@minilens/wire/accounts-api';
import type { DeliveryOutcome, DeliveryReason, Outcome } from '@minilens/wire/event';
import type { InterfaceMetric } from '@minilens/wire/report-api';
import { filterSearch } from '../filters/filter-search';
import type { ScreenSearch } from '../panels/screen-head';
import type { InterfaceSort } from '../query/interfaces';
import { type RangeSearch, rangeSearch } from '../range/range-choice';

/**
 * What the address of each screen may say. A reader of an address gets only what is valid; what is standard is absent,
 * so that addresses stay short. Unknown and broken fields are dropped.
 */
export interface InterfacesSearch extends RangeSearch {
  search?: string | undefined;
  sort?: InterfaceSort | undefined;
  order?: 'asc' | undefined;
  page?: number | undefined;
}

export interface InterfaceSearch extends RangeSearch {
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

export const STANDARD_SORT: InterfaceSort = 'calls';

type Raw = Record<string, unknown>;

/** What most screens say: the range and the filters. */
export const screenSearch = (raw: Raw): ScreenSearch => ({ ...rangeSearch(raw), ...filterSearch(raw) });

export function interfacesSearch(raw: Raw): InterfacesSearch {
  const sort = oneOf(SORTS, raw.sort);
  return {
    ...rangeSearch(raw),
    ...present('search', text(raw.search, 64)),
    ...present('sort', sort === STANDARD_SORT ? undefined : sort),
    ...present('order', oneOf(['asc'] as const, raw.order)),
    ...present('page', page(raw.page)),
  };
}

export function interfaceSearch(raw: Raw): InterfaceSearch {
  return {
    ...rangeSearch(raw),
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

// Records, not lists: a metric or outcome that the contract gains does not compile until it stands here.
const OUTCOMES: Record<Outcome, true> = { success: true, fail: true, cancel: true, unknown: true };
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
const METRICS: Record<InterfaceMetric, true> = {
  calls: true,
  success: true,
  errors: true,
  cancel: true,
  unknown: true,
  successRate: true,
  successRateWithoutCancels: true,
  affectedUsers: true,
  failedUsers: true,
  durationP50Ms: true,
  durationP75Ms: true,
  durationP95Ms: true,
  durationP99Ms: true,
};
const SORTS = ['name', ...Object.keys(METRICS)] as InterfaceSort[];

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
