import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, midnightOf } from './calendar.js';
import { isHit, releaseFor, storyEndingAt } from './story.js';

const END_AT = Date.UTC(2026, 10, 22, 3);
const story = storyEndingAt(END_AT);
const dayAgo = (days: number, hour = 23) => midnightOf(END_AT) - days * DAY_MS + hour * HOUR_MS;

/** How many of a hundred devices have each version. */
function shares(at: number) {
  const versions = Array.from({ length: 100 }, (_, i) => releaseFor(story, i / 100, at).version);
  return ['1.4.0', '1.5.0', '1.5.1'].map((version) => versions.filter((own) => own === version).length);
}

test.each([
  ['everybody has the old version at first', 20, [100, 0, 0]],
  ['the slow release has begun', 9, [90, 10, 0]],
  ['and is half way', 6, [40, 60, 0]],
  ['the repair overtakes it', 2, [0, 33, 67]],
  ['and reaches everybody', 0, [0, 0, 100]],
])('%s (%i days before)', (_name, days, expected) => {
  expect(shares(dayAgo(days))).toEqual(expected);
});

test.each([
  ['the hit version on the hit platform', { version: '1.5.0', platform: 'android' }, 12, true],
  ['the hours before', { version: '1.5.0', platform: 'android' }, 9, false],
  ['the hours after', { version: '1.5.0', platform: 'android' }, 22, false],
  ['the other version', { version: '1.4.0', platform: 'android' }, 12, false],
  ['the other platform', { version: '1.5.0', platform: 'ios' }, 12, false],
])('the incident and %s', (_name, device, hour, expected) => {
  expect(isHit(story, device, dayAgo(5, hour))).toBe(expected);
});
