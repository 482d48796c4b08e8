import { Envelope } from '@minilens/wire/envelope';
import { EVENT_KINDS, type Event } from '@minilens/wire/event';
import { Compile } from 'typebox/compile';
import type { testDevice } from './test-device.js';

const envelopeShape = Compile(Envelope);
const eventShapes = Object.fromEntries(Object.entries(EVENT_KINDS).map(([kind, schema]) => [kind, Compile(schema)]));

/** What a server would object to in what the collector was sent. */
export const objections = ({ collector }: Pick<ReturnType<typeof testDevice>, 'collector'>) =>
  collector.envelopes.flatMap((envelope) => [
    ...envelopeShape.Errors(envelope),
    ...(envelope.events as Event[]).flatMap((event) => [...(eventShapes[event.kind]?.Errors(event) ?? ['no kind'])]),
  ]);
