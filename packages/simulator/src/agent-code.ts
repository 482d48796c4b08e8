import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The built agent as text, as a Mini Program would `require` it. Throws a sentence when it has not been built. */
export function readAgentCode(): string {
  const file = fileURLToPath(new URL('../../agent/dist/minilens-mp-agent.js', import.meta.url));
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`The agent has not been built: ${file} cannot be read. Run "npm run build".`, { cause });
  }
}

/** The agent built now, from its sources, for tests: what they run is what stands in the editor. */
export async function buildAgentCode(): Promise<string> {
  const { build } = await import('rolldown');
  const { default: config } = await import(new URL('../../agent/rolldown.config.mjs', import.meta.url).href);
  const { output } = await build({ ...config, plugins: [], write: false });
  return output[0].code;
}
