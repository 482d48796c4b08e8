import type { AnyFunction } from './agent-process.js';
import { type Definition, lifecycle } from './page-stack.js';

/** What is given to `Component` or `Behavior`, as far as it matters to a page. */
export interface ComponentDefinition {
  methods?: Definition;
  lifetimes?: Definition;
  pageLifetimes?: Definition;
  behaviors?: ComponentDefinition[];
  /** The spelling of old base libraries; `lifetimes.ready` takes its place. */
  ready?: unknown;
}

const PAGE_HANDLERS = {
  onShow: ['pageLifetimes', 'show'],
  onHide: ['pageLifetimes', 'hide'],
  onReady: ['lifetimes', 'ready'],
} as const;

/**
 * A component used as a page: its methods are the page's handlers, over those of its behaviors. Lifetimes of both do not
 * replace each other, they are called one after the other.
 */
export function asPage(definition: ComponentDefinition): Definition {
  const parts = [...(definition.behaviors ?? []), definition];
  const page: Definition = Object.assign({}, ...parts.map((part) => part.methods));
  for (const [name, [group, lifetime]] of Object.entries(PAGE_HANDLERS)) {
    const own = page[name] as AnyFunction | undefined;
    page[name] = function (this: Definition, argument: unknown) {
      for (const part of parts) {
        const handler = part[group]?.[lifetime] ?? (lifetime === 'ready' ? part.ready : undefined);
        if (typeof handler === 'function') handler.call(this, argument);
      }
      return own?.call(this, argument);
    };
  }
  return page;
}

/** Calls a handler of the page, as a tap on an element bound to it does. */
export const tap = (page: Definition | undefined, handler: string) => lifecycle(page, handler, { type: 'tap' });
