import { MAX_PATH } from './limits.js';

/** A page path the way every report names it: `pages/index/index`, without leading slash and query. */
export function routeName(path: unknown): string {
  return `${path || ''}`.replace(/^\/+|[?#].*$/g, '').slice(0, MAX_PATH);
}
