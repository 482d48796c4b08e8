import type { LIMITS } from '@minilens/wire/limits';

type Limits = typeof LIMITS;

/** Restated, because only types may be imported from the protocol; the compiler refuses a number that differs. */
export const MAX_EVENTS_PER_BATCH: Limits['eventsPerBatch'] = 100;
export const MAX_DURATION_MS: Limits['durationMs'] = 86_400_000;
export const MAX_PATH: Limits['path'] = 256;
export const MAX_NAME: Limits['name'] = 64;
export const MAX_MESSAGE: Limits['message'] = 256;
export const MAX_HOST: Limits['host'] = 128;
export const MAX_PROPERTY: Limits['property'] = 64;

/** A span of the device clock as the protocol takes it: whole, never negative (the clock may be set back), capped. */
export const toDurationMs = (ms: number): number => Math.min(MAX_DURATION_MS, Math.max(0, Math.round(ms)));
