import type { EventRecord } from '@minilens/wire/records';
import { isFailure } from '../../panels/records/event-words';

/** Parts of a session that can be looked at alone. */
export const SHOWS = ['failures', 'pages', 'calls', 'requests', 'performance'] as const;
export type Show = (typeof SHOWS)[number];

const KINDS: Record<Exclude<Show, 'failures'>, readonly string[]> = {
  pages: ['launch', 'app_show', 'app_hide', 'page_show', 'page_hide', 'page_ready', 'share'],
  calls: ['call'],
  requests: ['request'],
  performance: ['performance', 'page_ready'],
};

export const isShown = (event: EventRecord, show: Show | undefined): boolean =>
  show === undefined || (show === 'failures' ? isFailure(event) : KINDS[show].includes(event.kind));

/** The longest duration among them, the full width of the bars. Unit: ms. */
export const longestMs = (events: readonly EventRecord[]): number =>
  Math.max(0, ...events.map(({ durationMs = 0 }) => durationMs));

/** Stretches of numbers between events that are not there, both ends included. `events` are in their order. */
export function gapsIn(events: readonly Pick<EventRecord, 'n'>[]): { from: number; to: number }[] {
  let next = 1;
  const gaps: { from: number; to: number }[] = [];
  for (const { n } of events) {
    if (n > next) gaps.push({ from: next, to: n - 1 });
    next = n + 1;
  }
  return gaps;
}

/** Time since the session began, as 1:02.345; before that with a minus, as clocks of devices are set. */
export function sinceStart(ms: number): string {
  const total = Math.abs(Math.round(ms));
  const [minutes, seconds, thousandths] = [Math.floor(total / 60_000), Math.floor(total / 1_000) % 60, total % 1_000];
  return `${ms < 0 ? '−' : ''}${minutes}:${pad(seconds, 2)}.${pad(thousandths, 3)}`;
}

const pad = (value: number, length: number) => String(value).padStart(length, '0');
