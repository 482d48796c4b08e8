import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** What the collector is told as the agent of a delivery. */
export const AGENT = `push-${version}`;
