import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleAgent } from '../packages/agent/bundle.mjs';

/** Before the tests: the agent as it stands in the sources, bundled once for all files that run it. */
export default async function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'minilens-agent-'));
  process.env.MINILENS_TEST_AGENT = join(folder, 'agent.js');
  writeFileSync(process.env.MINILENS_TEST_AGENT, await bundleAgent());
  return () => rmSync(folder, { recursive: true });
}
