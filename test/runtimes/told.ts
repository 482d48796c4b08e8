import type { Event } from '@minilens/wire/event';

/** An event in the words of a test: what it is, of what, how it ended. Times and durations are left out. */
export function told(event: Event): string {
  switch (event.kind) {
    case 'page_show':
    case 'page_hide':
      return `${event.kind} ${event.page}`;
    case 'call':
      return `call ${event.name} ${event.outcome} on ${event.page}`;
    case 'request':
      return `request ${event.method} ${event.path} ${event.outcome} on ${event.page}`;
    default:
      return event.kind;
  }
}
