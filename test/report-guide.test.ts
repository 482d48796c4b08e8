import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { runMinilens, startServer } from './process/server-process.js';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const APPID = 'wxde300000000000de';

const data = mkdtempSync(join(tmpdir(), 'minilens-report-guide-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** The lines of the guide that are there to be copied, for a server and a directory of the test's own. */
function copyGuide(baseUrl: string): string {
  const guide = readFileSync(join(REPOSITORY, 'docs/report-api.md'), 'utf8');
  const section = /## Trying it\n(.*?)\n## /s.exec(guide)?.[1] ?? '';
  return [...section.matchAll(/```sh\n(.*?)```/gs)]
    .map(([, lines]) => lines)
    .join('')
    .replace('MINILENS_DATA=demo-data', `MINILENS_DATA=${data}`)
    .replace('BASE=http://127.0.0.1:8321', `BASE=${baseUrl}`);
}

test('every line of the guide to the report API works as it is written', async () => {
  await runMinilens(data, 'app', 'add', APPID);
  const server = await startServer(data);
  try {
    const script = copyGuide(server.url);
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script], { cwd: REPOSITORY });
    expect(stderr).toBe('');
    const answers = stdout.split(/\n+/).filter((line) => line !== '');
    expect(answers.length).toBe(script.match(/^(ask|get) /gm)?.length);
    expect(answers.map((answer) => JSON.parse(answer)).filter(({ code }) => code !== undefined)).toEqual([]);
  } finally {
    await server.stop();
  }
});
