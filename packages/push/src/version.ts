import { createRequire } from 'node:module';

// By name, since a bundle lies elsewhere than this file.
const { version } = createRequire(import.meta.url)('@minilens/push/package.json') as { version: string };

/** What the collector is told as the agent of a delivery. */
export const AGENT = `push-${version}`;
