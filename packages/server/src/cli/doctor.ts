import type { Finding } from '../jobs/doctor.js';
import type { Client } from './client.js';

const MARKS = { ok: '✓', warning: '!', problem: '✗' } as const;

/** Prints what was found; a problem makes the command fail. */
export async function doctor(client: Client, { json }: { json?: boolean }): Promise<void> {
  const findings = await client.request<Finding[]>('GET', '/api/v1/doctor');
  if (json) console.log(JSON.stringify(findings));
  else for (const { what, level, says } of findings) console.log(`${MARKS[level]} ${what.padEnd(12)} ${says}`);
  if (findings.some((finding) => finding.level === 'problem')) process.exitCode = 1;
}
