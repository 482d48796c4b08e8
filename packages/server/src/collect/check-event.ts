import { EVENT_KINDS, type Event, type EventKind } from '@minilens/wire/event';
import { Compile } from 'typebox/compile';

const validators = Object.fromEntries(
  Object.entries(EVENT_KINDS).map(([kind, schema]) => [kind, Compile(schema)]),
) as unknown as {
  [K in EventKind]: { Check(value: unknown): boolean };
};

/** Whether one event of a batch may be stored, and if not, why. */
export function checkEvent(value: unknown): { event: Event } | { reason: 'invalid' | 'unknown_kind' } {
  if (typeof value !== 'object' || value === null) return { reason: 'invalid' };
  const { kind } = value as { kind?: unknown };
  if (typeof kind !== 'string') return { reason: 'invalid' };
  if (!Object.hasOwn(validators, kind)) return { reason: 'unknown_kind' };
  return validators[kind as EventKind].Check(value) ? { event: value as Event } : { reason: 'invalid' };
}

/** The sequence number of anything that has one: a dropped event is settled too, and must not look lost. */
export function sequenceOf(value: unknown): number | undefined {
  const n = typeof value === 'object' && value !== null ? (value as { n?: unknown }).n : undefined;
  return Number.isInteger(n) && (n as number) >= 1 && (n as number) <= 4_294_967_295 ? (n as number) : undefined;
}
