import type { IssueState } from '@minilens/wire/records';

/** A version in which an issue was seen, and when last. Unix ms. */
export interface Sighting {
  version: string;
  lastSeenAt: number;
}

/**
 * Whether a resolved issue came back: it was seen after it was resolved, in a later version than the one it was resolved
 * in. Versions are named as their makers like, so the later one is that whose first session was later. A version that
 * nobody has run yet begins when it was named. Resolved in no version, any may bring it back.
 *
 * @param firstHours the hour of the first session of each version, Unix ms.
 */
export function isOpenAgain(
  { version: resolvedIn, changedAt }: Pick<IssueState, 'version' | 'changedAt'>,
  sightings: readonly Sighting[],
  firstHours: ReadonlyMap<string, number>,
): boolean {
  const since = firstHours.get(resolvedIn) ?? changedAt;
  const isLater = (version: string) => version !== resolvedIn && (firstHours.get(version) ?? 0) > since;
  return sightings.some(({ version, lastSeenAt }) => lastSeenAt > changedAt && (resolvedIn === '' || isLater(version)));
}
