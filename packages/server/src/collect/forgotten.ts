import type { BatchText, StoredBatch } from '@minilens/store/insert-block';
import type { Event } from '@minilens/wire/event';
import type { App, Apps } from '../admin/apps.js';
import { type Erasures, hashUser } from '../admin/erasures.js';

/** What may not be stored any more: the reason, or undefined for what may. Moments are true time, Unix ms. */
export interface Forgotten {
  session(user: string, sessionAt: number): 'too_old' | 'erased' | undefined;
  event(at: number): 'too_old' | undefined;
  /** Whether somebody with this id was ever erased, as the one who shared a card. */
  sharer(user: string): boolean;
}

/** What devices and other spools may still bring of data that was dropped or erased here. */
export interface Memory {
  of(appid: string): Promise<Forgotten>;
  /** These batches as they may go into the store; '' for one that may not. */
  remaining(batches: readonly BatchText[]): Promise<BatchText[]>;
}

/** Nothing is forgotten. */
const NOTHING_FORGOTTEN: Forgotten = {
  session: () => undefined,
  event: () => undefined,
  sharer: () => false,
};

export function createMemory(apps: Apps, erasures: Erasures): Memory {
  const since = async (appid: string, momentOf: (app: App) => number | null): Promise<Forgotten> => {
    const [app, erased] = await Promise.all([apps.find(appid), erasures.of(appid)]);
    const from = (app && momentOf(app)) || Number.NEGATIVE_INFINITY;
    if (from === Number.NEGATIVE_INFINITY && erased.size === 0) return NOTHING_FORGOTTEN;
    const erasedAt = (user: string) => (erased.size === 0 ? undefined : erased.get(hashUser(appid, user)));
    return {
      session: (user, sessionAt) => {
        if (sessionAt < (erasedAt(user) ?? Number.NEGATIVE_INFINITY)) return 'erased';
        return sessionAt < from ? 'too_old' : undefined;
      },
      event: (at) => (at < from ? 'too_old' : undefined),
      sharer: (user) => erasedAt(user) !== undefined,
    };
  };

  return {
    of: (appid) => since(appid, ({ keeping }) => keeping.eventsFrom),
    // What was acknowledged before those hours closed is still to be counted, and is waited for before their events go.
    remaining: async (batches) => {
      const ofApps = new Map<string, Forgotten>();
      for (const appid of new Set(batches.map(appOf)))
        if (appid !== undefined) ofApps.set(appid, await since(appid, ({ eventsGone }) => eventsGone));
      return batches.map((batch) => {
        const forgotten = ofApps.get(appOf(batch) ?? '') ?? NOTHING_FORGOTTEN;
        // Almost always, and it spares looking into the batch.
        if (forgotten === NOTHING_FORGOTTEN) return batch;
        const text = String(batch);
        const head = headOf(text);
        if (head === undefined) return batch;
        return forgotten.session(head.user, head.sessionAt) === undefined
          ? withoutSharers(text, (user) => forgotten.sharer(user))
          : '';
      });
    },
  };
}

/** An event in which somebody who was erased does not stand as the one whose card was opened. */
export function withoutSharer(event: Event, isErased: (user: string) => boolean): Event {
  if (event.kind !== 'app_show' || event.sharedBy === undefined || !isErased(event.sharedBy)) return event;
  const { sharedBy: _, ...rest } = event;
  return rest;
}

/** The same for a stored batch; most name no such card and are not read. */
export function withoutSharers(batch: string, isErased: (user: string) => boolean): string {
  if (![...batch.matchAll(SHARER)].some(([, user]) => isErased(user as string))) return batch;
  const { events, ...rest } = JSON.parse(batch) as StoredBatch;
  return JSON.stringify({ ...rest, events: events.map((event) => withoutSharer(event, isErased)) });
}

/** In any text a quote is escaped, so these words stand only where the collector wrote them. */
const SHARER = /"sharedBy":"([^"\\]*)"/g;

const appOf = (batch: BatchText): string | undefined => /^\{"app":"(\w+)"/.exec(String(batch.slice(0, 64)))?.[1];

/** Whose a stored batch is. */
export interface BatchHead {
  app: string;
  user: string;
  sessionAt: number;
}

/** Quotes inside text are escaped, so these words stand only where the collector wrote them. */
const HEAD = /^\{"app":"(\w+)".*?"session":\{"id":"[^"]*","user":"([^"]*)".*?"sessionAt":(-?\d+),"events":\[/s;

/** The head of a stored batch without reading its events; undefined of what is no batch. */
export function headOf(batch: string): BatchHead | undefined {
  const found = HEAD.exec(batch);
  if (found !== null) return { app: found[1] as string, user: found[2] as string, sessionAt: Number(found[3]) };
  try {
    const { app, session, sessionAt } = JSON.parse(batch);
    return { app: String(app), user: String(session.user), sessionAt: Number(sessionAt) };
  } catch {
    // The store will refuse it, and then it is set aside.
    return undefined;
  }
}
