import type { EventRecord, Paths, SessionRecord } from '@minilens/wire/records';
import type { StoredSession } from './count-metrics.js';

/** A stored event with the batch that brought it. */
export type Told = StoredSession['events'][number] & { batch: StoredSession };

/** Every event that is a record, in no order. */
export const toldBy = (batches: readonly StoredSession[]): Told[] =>
  batches
    .flatMap((batch) => batch.events.map((event) => ({ ...event, batch })))
    .filter(({ kind }) => kind !== 'push_delivery');

const DEVICE = ['platform', 'system', 'model', 'wechat', 'sdk', 'network', 'version', 'env'] as const;
const deviceOf = ({ batch }: Told) =>
  Object.fromEntries(DEVICE.map((name) => [name, batch.device[name] ?? ''])) as Pick<
    EventRecord,
    (typeof DEVICE)[number]
  >;

/** What nobody is told of an event. */
const UNTOLD = [
  'batch',
  'view',
  'referrer',
  'sharedBy',
  'source',
  'component',
  'subpackage',
  'trace',
  'businessFailed',
];

export function recordOf(told: Told): EventRecord {
  const words = Object.entries(told).filter(
    ([name, value]) => ![...UNTOLD, 'openid', 'unionid'].includes(name) && value !== undefined,
  );
  return {
    ...Object.fromEntries(words),
    ...(told.kind === 'error' && { count: told.count ?? 1 }),
    ...deviceOf(told),
    ...{ receivedAt: told.batch.receivedAt, user: told.batch.session.user, session: told.batch.session.id },
  } as EventRecord;
}

/** The events of every session, in their order. */
export function sessionsOf(told: readonly Told[]): Told[][] {
  const sessions = new Map<string, Told[]>();
  for (const event of told) {
    const { id } = event.batch.session;
    sessions.set(id, [...(sessions.get(id) ?? []), event]);
  }
  return [...sessions.values()].map((events) => events.sort((a, b) => a.n - b.n));
}

export function sessionRecordOf(events: readonly Told[]): SessionRecord {
  const [first, last] = [events[0], events.at(-1)] as [Told, Told];
  const { sessionAt, session } = first.batch;
  const lastAt = Math.max(...events.map(({ at }) => at));
  const ofKind = (...kinds: string[]) => events.filter(({ kind }) => kinds.includes(kind));
  const having = (list: Told[], ...outcomes: string[]) =>
    list.filter(({ outcome }) => outcomes.includes(String(outcome))).length;
  const views = ofKind('page_show');
  const requests = ofKind('request').filter(({ name }) => name !== 'connectSocket');
  const stayOf = (view: Told) => {
    const leaves = ofKind('page_hide').filter((leave) => leave.view === view.n);
    return leaves.length > 0 ? Math.max(...leaves.map(({ stayMs }) => Number(stayMs))) : lastAt - view.at;
  };
  return {
    ...{ session: session.id, user: session.user, startAt: sessionAt, lastAt, events: events.length },
    openid: String(events.findLast(({ openid }) => openid !== undefined)?.openid ?? ''),
    pages: new Set(views.map(({ page }) => page)).size,
    ...{ calls: ofKind('call').length, failedCalls: having(ofKind('call'), 'fail') },
    ...{ requests: requests.length, failedRequests: having(requests, 'http_error', 'network_error') },
    errors: ofKind('error').reduce((sum, { count }) => sum + Number(count ?? 1), 0),
    stayMs: views.reduce((sum, view) => sum + stayOf(view), 0),
    ...{ scene: session.scene ?? 0, entry: session.entry ?? '' },
    ...deviceOf(last),
  };
}

/** Pages beside the views of one that pass, most seen first. */
export function pathsOf(
  sessions: readonly Told[][],
  page: string,
  passes: (view: Told) => boolean,
): Omit<Paths, 'range'> {
  const sides = { before: new Map<string, number>(), after: new Map<string, number>() };
  let views = 0;
  for (const events of sessions) {
    const seen = events.filter(({ kind }) => kind === 'page_show');
    for (const [index, view] of seen.entries()) {
      if (view.page !== page || !passes(view)) continue;
      views++;
      for (const [side, step] of [
        ['before', -1],
        ['after', 1],
      ] as const) {
        const beside = String(seen[index + step]?.page ?? '');
        sides[side].set(beside, (sides[side].get(beside) ?? 0) + 1);
      }
    }
  }
  const ranked = (side: Map<string, number>) =>
    [...side].map(([page, views]) => ({ page, views })).sort((a, b) => b.views - a.views || (a.page < b.page ? -1 : 1));
  return { views, before: ranked(sides.before), after: ranked(sides.after) };
}
