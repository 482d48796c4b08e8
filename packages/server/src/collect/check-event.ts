import { EVENT_KINDS, type Event, type EventKind, OWN_KINDS } from '@minilens/wire/event';
import { LIMITS } from '@minilens/wire/limits';
import { Compile } from 'typebox/compile';
import { createPicker } from './known-words.js';

interface Kind {
  isValid(value: unknown): value is Event;
  pick(event: Event): Event;
}

const kinds = Object.fromEntries(
  Object.entries(EVENT_KINDS).map(([kind, schema]) => {
    const compiled = Compile(schema);
    return [kind, { isValid: (value) => compiled.Check(value), pick: createPicker<Event>(schema) } satisfies Kind];
  }),
) as Record<EventKind, Kind>;

/**
 * One event of a batch as it may be stored, or why it may not.
 *
 * @param ofOwner whether the batch came with the app's secret: anyone may have the agent's key.
 */
export function checkEvent(
  value: unknown,
  ofOwner: boolean,
): { event: Event } | { reason: 'invalid' | 'unknown_kind' } {
  if (typeof value !== 'object' || value === null) return { reason: 'invalid' };
  const { kind: name } = value as { kind?: unknown };
  if (typeof name !== 'string') return { reason: 'invalid' };
  if (!Object.hasOwn(kinds, name) || (!ofOwner && OWN_KINDS.has(name))) return { reason: 'unknown_kind' };
  const kind = kinds[name as EventKind];
  return kind.isValid(value) ? { event: kind.pick(value) } : { reason: 'invalid' };
}

/** The sequence number of anything that has one: a dropped event is settled too, and must not look lost. */
export function sequenceOf(value: unknown): number | undefined {
  const n = typeof value === 'object' && value !== null ? (value as { n?: unknown }).n : undefined;
  return Number.isInteger(n) && (n as number) >= 1 && (n as number) <= LIMITS.sequence ? (n as number) : undefined;
}
