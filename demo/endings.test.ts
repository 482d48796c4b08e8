import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { expect, test } from 'vitest';
import { createChance } from './chance.js';
import { type Caller, paymentEnding, requestEnding } from './endings.js';
import type { RequestProfile } from './request-profile.js';
import { storyEndingAt } from './story.js';

const story = storyEndingAt(Date.UTC(2026, 10, 22, 3));
const chance = createChance(createSeededRandom(3));

/** How each of a thousand payments ends, by the message the app is given. */
function endings(now: number) {
  const caller: Caller = { chance, story, now, version: '1.5.0', platform: 'android', network: 'wifi' };
  const counts: Record<string, number> = {};
  for (let i = 0; i < 1000; i++) {
    const ending = paymentEnding(caller);
    const word = 'never' in ending ? 'never' : 'success' in ending ? 'success' : ending.fail.errMsg;
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

test('on a usual day one payment in eight is cancelled, few fail, and a few never end', () => {
  const usual = endings(story.incident.to);
  expect(usual['requestPayment:fail cancel']).toBeGreaterThan(90);
  expect(usual['requestPayment:fail cancel']).toBeLessThan(150);
  expect(usual['requestPayment:fail system error']).toBeLessThan(30);
  expect(usual.never).toBeLessThan(30);
  expect(usual[story.incident.errMsg]).toBeUndefined();
});

test('in the incident most fail, and say why', () => {
  expect(endings(story.incident.from)[story.incident.errMsg]).toBeGreaterThan(750);
});

/** A request of a hundred milliseconds, and what the platform measured of it. */
function answered(isConnected: boolean) {
  const caller: Caller = { chance, story, now: 1_000, version: '1.5.0', platform: 'ios', network: '4g' };
  for (;;) {
    const ending = requestEnding(caller, { medianMs: 100, slowness: 1, isConnected });
    if ('success' in ending) return { ...ending, ...(ending.success as { profile: RequestProfile }) };
  }
}

test('the stages of a request that has to connect come one after another and fill its time', () => {
  const { profile, afterMs } = answered(false);
  const { domainLookUpStart, domainLookUpEnd, connectStart, SSLconnectionStart, SSLconnectionEnd } = profile;
  const { connectEnd, requestStart, responseStart, responseEnd, fetchStart } = profile;
  const stages = [fetchStart, domainLookUpStart, domainLookUpEnd, connectStart, SSLconnectionStart, SSLconnectionEnd];
  const moments = [...stages, connectEnd, requestStart, responseStart, responseEnd];
  expect(moments.toSorted((a, b) => a - b)).toEqual(moments);
  expect(domainLookUpEnd - domainLookUpStart).toBeGreaterThan(0);
  expect(SSLconnectionEnd - SSLconnectionStart).toBeGreaterThan(0);
  expect(responseEnd).toBe(1_000 + afterMs);
});

test('a request over a connection that is open knows nothing of connecting', () => {
  const { domainLookUpStart, connectEnd, SSLconnectionEnd, requestStart, responseStart } = answered(true).profile;
  expect([domainLookUpStart, connectEnd, SSLconnectionEnd]).toEqual([0, 0, 0]);
  expect(responseStart).toBeGreaterThan(requestStart);
});
