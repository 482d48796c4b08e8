import type { Opening } from '@minilens/simulator/device';
import type { Chance } from './chance.js';
import { slownessOf } from './endings.js';
import { PAGES, type ShopPage } from './pages.js';

/** What decides how fast a page opens. */
export interface Opener {
  chance: Chance;
  /** 1 high, 2 mid, 3 low. */
  level: number;
  network: string;
  /** Of the version's catalogue: its lists are longer to draw, too. */
  slowness: number;
  /** What a cold start has to do first; nothing when the app runs already. */
  start?: 'from the package it has' | 'from a new package' | undefined;
}

const BY_PATH = new Map<string, ShopPage>(Object.values(PAGES).map((page) => [page.path, page]));

/** How long a page takes until it is ready, and the entries in which the platform says so. */
export function openingOf({ chance, level, network, slowness, start }: Opener, path: string): Opening {
  const page = BY_PATH.get(path) as ShopPage;
  const phone = [1, 1.5, 2.6][level - 1] ?? 1;
  const isCatalogue = page.asks.some(([, , , slow]) => slow);
  const readyMs = chance.around(page.readyMs * phone * (isCatalogue ? slowness ** 0.4 : 1), 0.35);
  const render = { entryType: 'render', name: 'firstRender', path, duration: Math.round(readyMs * 0.8) } as const;
  if (!start) {
    const duration = readyMs + chance.around(25 * phone);
    return { readyMs, entries: [{ entryType: 'navigation', name: 'route', path, duration }, render] };
  }
  const evaluation = chance.around(130 * phone, 0.3);
  const download = start === 'from a new package' ? chance.around(480 * slownessOf(network)) : 0;
  const script = { entryType: 'script', name: 'evaluateScript', duration: evaluation } as const;
  const duration = chance.around(290 * phone, 0.3) + download + evaluation + readyMs;
  return {
    readyMs,
    entries: [
      { entryType: 'navigation', name: 'appLaunch', path, duration },
      ...(download > 0 ? [{ entryType: 'loadPackage', name: 'downloadPackage', duration: download } as const] : []),
      script,
      render,
    ],
  };
}
