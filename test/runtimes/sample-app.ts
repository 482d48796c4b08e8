import { fileURLToPath } from 'node:url';

/** The folder of the Mini Program that the runtimes run unless told otherwise. */
export const SAMPLE_APP = fileURLToPath(new URL('../../apps/sample', import.meta.url));

/** The agent as it ships; `npm run build:agent` makes it. */
export const AGENT_FILE = fileURLToPath(new URL('../../packages/agent/dist/minilens-mp-agent.js', import.meta.url));

/** What the sample's `config.js` exports. */
export type AppConfig = { appId: string; key: string; endpoint: string; shop: string };
