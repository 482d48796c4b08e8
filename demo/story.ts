import { DAY_MS, HOUR_MS, MINUTE_MS, midnightOf } from './calendar.js';
import type { MistakeName } from './mistakes.js';

/** A version of the Mini Program on its way to everybody. */
export interface Release {
  version: string;
  at: number;
  /** From the first devices to all of them, evenly. Unit: ms. */
  rolloutMs: number;
  /** How much longer its catalogue requests take than they did in the first version. */
  slowness: number;
  /** What is wrong in its code. */
  mistakes: readonly MistakeName[];
}

/** Hours in which payments failed for some. */
export interface Incident {
  from: number;
  to: number;
  version: string;
  platform: string;
  /** Share of their payments that fail. */
  failing: number;
  errMsg: string;
}

/** What happened to the shop in these days, for whoever looks into the dashboard to find out. */
export interface Story {
  releases: readonly Release[];
  incident: Incident;
}

/**
 * Nine days ago 1.5.0 went out, slowly: its recommendations make every list wait. Five days ago, at ten in the morning,
 * a change of the shop's back end took away the right to pay from what its Android form asks for; late in the evening
 * that was taken back. 1.5.0 stumbles over every payment that fails, besides. Three days ago 1.5.1 mended the slow lists
 * and most of the mistakes. All but the beginning lies in the seven days that the
 * dashboard shows first.
 */
export function storyEndingAt(endAt: number): Story {
  const dayAgo = (days: number) => midnightOf(endAt) - days * DAY_MS;
  return {
    releases: [
      { version: '1.4.0', at: 0, rolloutMs: 0, slowness: 1, mistakes: ['noReviews', 'listNotCaught'] },
      {
        ...{ version: '1.5.0', at: dayAgo(9) + 10 * HOUR_MS, rolloutMs: 6 * DAY_MS, slowness: 2.4 },
        mistakes: ['noReviews', 'listNotCaught', 'paymentHint'],
      },
      {
        ...{ version: '1.5.1', at: dayAgo(3) + 15 * HOUR_MS, rolloutMs: 2 * DAY_MS, slowness: 1.1 },
        mistakes: ['listNotCaught'],
      },
    ],
    incident: {
      from: dayAgo(5) + 10 * HOUR_MS,
      to: dayAgo(5) + 21 * HOUR_MS + 40 * MINUTE_MS,
      version: '1.5.0',
      platform: 'android',
      failing: 0.92,
      errMsg: 'requestPayment:fail jsapi has no permission',
    },
  };
}

/** The newest release that has reached a device. `rank` 0 ≤ x < 1: its place in the order of every rollout. */
export function releaseFor({ releases }: Story, rank: number, atMs: number): Release {
  const reached = releases.filter(({ at, rolloutMs }) => atMs >= at + rank * rolloutMs);
  return (reached.at(-1) ?? releases[0]) as Release;
}

export const isHit = ({ incident }: Story, device: { version: string; platform: string }, atMs: number): boolean =>
  atMs >= incident.from &&
  atMs < incident.to &&
  device.version === incident.version &&
  device.platform === incident.platform;
