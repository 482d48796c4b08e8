import type { Envelope } from '@minilens/wire/envelope';
import type { Event } from '@minilens/wire/event';
import type { HttpAnswer } from './wx-api.js';

export type CollectedEvent = Event & { session: string };

/** A collector that keeps what it is sent, and like the real one counts a repeated event once. */
export function createMemoryCollector() {
  const bodies: string[] = [];
  const envelopes: Envelope[] = [];
  const events: CollectedEvent[] = [];
  const seen = new Set<string>();
  let misbehave: ((body: string) => HttpAnswer) | undefined;

  return {
    /** Every body it accepted, in order. */
    bodies,
    envelopes,
    /** Every event once, in order of arrival. */
    events,
    /** The events of one kind. */
    ofKind: <K extends Event['kind']>(kind: K) =>
      events.filter((event): event is Extract<Event, { kind: K }> & { session: string } => event.kind === kind),
    /** Ids of the sessions, in order of arrival. A batch without events leaves none. */
    get sessions(): string[] {
      return [...new Set(events.map(({ session }) => session))];
    },
    /** Answers like this from now on and keeps nothing; without an argument it works again. */
    answerWith(answer?: (body: string) => HttpAnswer) {
      misbehave = answer;
    },
    onRequest(body: string): HttpAnswer {
      if (misbehave) return misbehave(body);
      const envelope = JSON.parse(body) as Envelope;
      bodies.push(body);
      envelopes.push(envelope);
      let accepted = 0;
      for (const event of envelope.events as Event[]) {
        const name = `${envelope.session.id}/${event.n}`;
        if (seen.has(name)) continue;
        seen.add(name);
        accepted++;
        events.push({ ...event, session: envelope.session.id });
      }
      return { statusCode: 200, data: { accepted, dropped: {} } };
    },
  };
}
