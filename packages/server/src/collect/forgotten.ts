import type { Apps } from '../admin/apps.js';
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
  /** Which of these batches, each the JSON text of a StoredBatch, must not go into the store. */
  among(batches: readonly string[]): Promise<(batch: string) => boolean>;
}

/** Nothing is forgotten. */
export const NOTHING_FORGOTTEN: Forgotten = {
  session: () => undefined,
  event: () => undefined,
  sharer: () => false,
};

export function createMemory(apps: Apps, erasures: Erasures): Memory {
  const of = async (appid: string): Promise<Forgotten> => {
    const [app, erased] = await Promise.all([apps.find(appid), erasures.of(appid)]);
    const from = app?.keeping.eventsFrom ?? Number.NEGATIVE_INFINITY;
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
    of,
    among: async (batches) => {
      const ofApps = new Map<string, Forgotten>();
      for (const appid of new Set(batches.map(appOf))) if (appid !== undefined) ofApps.set(appid, await of(appid));
      return (batch) => {
        if (batch === '') return true;
        const forgotten = ofApps.get(appOf(batch) ?? '') ?? NOTHING_FORGOTTEN;
        // Almost always, and it spares looking into the batch.
        if (forgotten === NOTHING_FORGOTTEN) return false;
        const head = headOf(batch);
        return head !== undefined && forgotten.session(head.user, head.sessionAt) !== undefined;
      };
    },
  };
}

const appOf = (batch: string): string | undefined => /^\{"app":"(\w+)"/.exec(batch)?.[1];

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
