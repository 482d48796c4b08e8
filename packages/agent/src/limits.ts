import type { LIMITS } from '@minilens/wire/limits';
import { isObject } from './objects.js';

type Limits = typeof LIMITS;

/** Restated, because only types may be imported from the protocol; the compiler refuses a number that differs. */
export const MAX_EVENTS_PER_BATCH: Limits['eventsPerBatch'] = 100;
const MAX_DURATION_MS: Limits['durationMs'] = 86_400_000;
export const MAX_PATH: Limits['path'] = 256;
export const MAX_NAME: Limits['name'] = 64;
export const MAX_MESSAGE: Limits['message'] = 256;
export const MAX_HOST: Limits['host'] = 128;
export const MAX_PROPERTY: Limits['property'] = 64;
export const MAX_ID: Limits['id'] = 32;
export const MAX_STACK: Limits['stack'] = 2_048;
export const MAX_ARGS: Limits['args'] = 512;
export const MAX_PROPS: Limits['props'] = 2_048;
export const MAX_STEPS: Limits['steps'] = 20;
export const MAX_STEP: Limits['step'] = 160;
export const MAX_TAGS: Limits['tags'] = 10;
export const MAX_TAG: Limits['tag'] = 64;

/** A text as it may leave the device: addresses in it without query and fragment (line and column stay), its length bounded. */
export function clip(text: string, max: number): string {
  return text.replace(/(\/[^\s?#]*)([?#]\S*?((:\d{1,6}){0,2}\)?(\s|$)))?/g, '$1$3').slice(0, max);
}

/** The same of anything; nothing where it is no text, or an empty one. */
export function textOf(value: unknown, max: number): string | undefined {
  return typeof value === 'string' && value ? clip(value, max) : undefined;
}

/** A span of the device clock as the protocol takes it: whole, never negative (the clock may be set back), capped. */
export function toDurationMs(ms: number): number {
  return Math.min(MAX_DURATION_MS, Math.max(0, Math.round(ms)));
}

/** An object as JSON; nothing when it has no properties, cannot be written, or is too long. */
export function jsonOf(value: unknown, max: number): string | undefined {
  try {
    const text = isObject(value) ? JSON.stringify(value) : '';
    if (text.length > 2 && text.length <= max) return text;
  } catch {
    // It holds itself.
  }
  return undefined;
}
