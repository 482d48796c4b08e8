import { createHash } from 'node:crypto';
import type { AgentConfig, CurrentAgentConfig } from '@minilens/wire/agent-config';

/** What is kept of a configuration: the same text for the same values, in whatever order they came; null for none. */
export function storeAgentConfig(values: AgentConfig): string | null {
  const text = JSON.stringify(values, (_name, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
  return text === '{}' ? null : text;
}

/** The configuration that was kept. Its version is a hash: setting it back to what it was brings the old version back too. */
export function readAgentConfig(stored: string | null): CurrentAgentConfig {
  if (stored === null) return { version: '', values: {} };
  return { version: createHash('sha256').update(stored).digest('base64url').slice(0, 12), values: JSON.parse(stored) };
}
