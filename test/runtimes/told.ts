import type { Event } from '@minilens/wire/event';

/** The events of a session in the words of a test; what was measured, and what the agent says of itself, is no part of the story. */
export const story = (events: Event[]): string[] =>
  events.filter(({ kind }) => kind !== 'agent' && kind !== 'performance').map(told);

/** An event in the words of a test: what it is, of what, how it ended. Times and durations are left out. */
function told(event: Event): string {
  switch (event.kind) {
    case 'page_show':
    case 'page_ready':
    case 'page_hide':
    case 'share':
      return `${event.kind} ${event.page}`;
    case 'call':
      return `call ${event.name} ${event.outcome} on ${event.page}`;
    case 'request':
      return `request ${event.method} ${event.path} ${event.outcome} on ${event.page}`;
    case 'error':
      return `error ${event.source} ${event.errMsg} on ${event.page}`;
    default:
      return event.kind;
  }
}
