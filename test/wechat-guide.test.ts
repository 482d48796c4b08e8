import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ENDPOINTS } from '@minilens/wechat/endpoints';
import { afterAll, expect, test } from 'vitest';
import { runMinilens, startServer } from './process/server-process.js';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const APPID = 'wxde300000000000de';

/** Ours to ask elsewhere, but not served: the end of the guide says so. */
const NOT_SERVED = [
  ENDPOINTS.getJsErrSearch,
  ENDPOINTS.realtimelogSearch,
  ENDPOINTS.getFeedback,
  ENDPOINTS.getFeedbackmedia,
  ENDPOINTS.getGrayReleasePlan,
];

const data = mkdtempSync(join(tmpdir(), 'minilens-wechat-guide-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** The lines of the guide that are there to be copied, for a server and a directory of the test's own. */
function copyGuide(baseUrl: string): string {
  const guide = readFileSync(join(REPOSITORY, 'docs/wechat-apis.md'), 'utf8');
  const section = /## Trying it\n(.*?)\n## /s.exec(guide)?.[1] ?? '';
  return [...section.matchAll(/```sh\n(.*?)```/gs)]
    .map(([, lines]) => lines)
    .join('')
    .replace('MINILENS_DATA=demo-data', `MINILENS_DATA=${data}`)
    .replace('BASE=http://127.0.0.1:8321', `BASE=${baseUrl}`);
}

test('every line of the guide to the WeChat APIs works as it is written', { timeout: 300_000 }, async () => {
  await runMinilens(data, 'app', 'add', APPID);
  const server = await startServer(data);
  try {
    const script = copyGuide(server.url);
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script], { cwd: REPOSITORY });
    expect(stderr).toBe('');
    const answers = stdout.split(/\n+/).filter((line) => line !== '');
    expect(answers.length).toBe(script.match(/^(ask|as|curl) /gm)?.length);
    expect(answers.filter((answer) => (JSON.parse(answer).errcode ?? 0) !== 0)).toEqual([]);
    const served = Object.values(ENDPOINTS).filter((endpoint) => !(NOT_SERVED as object[]).includes(endpoint));
    const unasked = served.filter(({ path }) => !script.includes(path.replace('/cgi-bin/component/', '')));
    expect(unasked).toEqual([]);
  } finally {
    await server.stop();
  }
});
