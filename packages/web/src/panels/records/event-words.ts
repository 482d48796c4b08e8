import type { EventRecord } from '@minilens/wire/records';

/** What an event is about, in its own words; empty where its kind says all. */
export function eventSubject({ kind, name = '', method, host, path = '', errMsg }: EventRecord): string {
  switch (kind) {
    case 'request':
      return [name, method, `${host ?? ''}${path}`].filter(Boolean).join(' ');
    case 'error':
      return [name, errMsg].filter(Boolean).join(': ');
    default:
      return name;
  }
}

/** Failed calls and requests, and errors. What a user backed out of is none. */
export const isFailure = ({ kind, outcome = '' }: Pick<EventRecord, 'kind' | 'outcome'>): boolean =>
  kind === 'error' || FAILURES.has(outcome);
const FAILURES: ReadonlySet<string> = new Set(['fail', 'http_error', 'network_error']);

/** The mark of an outcome: what is well, what failed, what somebody backed out of. */
export const outcomeMark = (outcome: string): 'success' | 'fail' | 'cancel' | 'unknown' =>
  outcome === 'success' || outcome === 'ok'
    ? 'success'
    : FAILURES.has(outcome)
      ? 'fail'
      : outcome === 'cancel' || outcome === 'abort'
        ? 'cancel'
        : 'unknown';
