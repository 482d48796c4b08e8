import { MAX_PATH } from './limits.js';

/** A page path the way every report names it: `pages/index/index`, without leading slash and query. */
export function routeName(path: unknown): string {
  if (typeof path !== 'string') return '';
  return path
    .replace(/^\/+/, '')
    .replace(/[?#].*$/, '')
    .slice(0, MAX_PATH);
}
