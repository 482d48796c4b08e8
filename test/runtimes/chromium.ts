import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '#ensure-chromium';

/**
 * The system's Chromium, headless, with a profile of its own that goes when the browser closes.
 * It can reach nothing but 127.0.0.1, so that a test never depends on a network and never tells one anything.
 *
 * @param more arguments besides.
 */
export async function launchChromium(...more: string[]): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('No Chromium: run `node scripts/ensure-chromium.mjs`, which says what to do.');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ...more,
    ],
  });
}
