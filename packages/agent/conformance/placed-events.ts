import type { Envelope } from '@minilens/wire/envelope';
import type { Event } from '@minilens/wire/event';

const KINDS = ['launch', 'app_show', 'app_hide', 'page_show', 'page_hide', 'page_ready', 'share', 'call', 'request'];

/**
 * A collector that keeps of every event only its place and what is enough to know it again, so that a day of them takes
 * no room worth mentioning.
 */
export function createPlacedEvents() {
  const sessions = new Map<string, number[]>();
  const conflicts: string[] = [];
  let settledAgain = 0;
  const settled = new Map<string, Set<number>>();

  return {
    /** Places that two different events claimed. */
    conflicts,
    /** Events that came again although the device had been told that they are settled. */
    get settledAgain() {
      return settledAgain;
    },
    get sessions() {
      return sessions.size;
    },
    get count() {
      return [...sessions.values()].reduce((sum, places) => sum + places.filter(() => true).length, 0);
    },
    /** Places before the last of their session at which nothing ever came. */
    get missing() {
      return [...sessions.values()].reduce(
        (sum, places) => sum + places.length - 1 - places.filter(() => true).length,
        0,
      );
    },
    /** @param isHeard the device gets the answer. */
    take(body: string, isHeard: boolean) {
      const { session, events } = JSON.parse(body) as Envelope;
      const places = sessions.get(session.id) ?? [];
      sessions.set(session.id, places);
      const known = settled.get(session.id) ?? new Set();
      settled.set(session.id, known);
      for (const event of events as Event[]) {
        const mark = event.at + (KINDS.indexOf(event.kind) + 1) / 16;
        if (known.has(event.n)) settledAgain++;
        if (places[event.n] !== undefined && places[event.n] !== mark) conflicts.push(`${session.id} ${event.n}`);
        places[event.n] = mark;
        if (isHeard) known.add(event.n);
      }
    },
  };
}
