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

/** The agent from its sources, for tests: what they run is what stands in the editor. The test run has bundled it already. */
export async function buildAgentCode(): Promise<string> {
  const file = process.env.MINILENS_TEST_AGENT;
  if (file) return readFileSync(file, 'utf8');
  const { bundleAgent } = await import(new URL('../../agent/bundle.mjs', import.meta.url).href);
  return bundleAgent();
}
