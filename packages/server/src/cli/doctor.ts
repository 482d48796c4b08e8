import { existsSync } from 'node:fs';
import type { Finding } from '../doctor/finding.js';
import type { Settings } from '../settings.js';
import { type Client, connect } from './client.js';
import type { DeepOptions } from './doctor-deep.js';

const MARKS = { ok: '✓', warning: '!', problem: '✗' } as const;

export interface DoctorOptions extends DeepOptions {
  deep?: boolean;
}

export const noDirectory = (data: string): string =>
  `There is no data directory ${data}. Set MINILENS_DATA to that of the server.`;

/** Prints what was found; a problem makes the command fail. Only looks: nothing waiting is loaded meanwhile. */
export async function doctor(settings: Settings, options: DoctorOptions): Promise<void> {
  if (!options.deep && (options.app ?? options.from ?? options.to) !== undefined)
    throw new Error('--app, --from and --to belong to --deep.');
  if (!existsSync(settings.data))
    return print([{ what: 'start', level: 'problem', says: noDirectory(settings.data) }], options.json);
  let client: Client;
  try {
    client = await connect(settings, { loads: false, opensStore: true });
  } catch (error) {
    // What keeps a server from starting is what its owner came to hear.
    print([{ what: 'start', level: 'problem', says: (error as Error).message }], options.json);
    return;
  }
  try {
    if (options.deep) await (await import('./doctor-deep.js')).doctorDeep(client, options);
    else print(await client.request<Finding[]>('GET', '/api/v1/doctor'), options.json);
  } finally {
    await client.close();
  }
}

function print(findings: readonly Finding[], json: boolean | undefined): void {
  if (json) console.log(JSON.stringify(findings));
  else for (const { what, level, says } of findings) console.log(`${MARKS[level]} ${what.padEnd(12)} ${says}`);
  if (findings.some((finding) => finding.level === 'problem')) process.exitCode = 1;
}
