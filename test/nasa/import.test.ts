import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAgentCode } from '@minilens/simulator/agent-code';
import { replayVisits } from '@minilens/simulator/replay-visits';
import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, expect, test } from 'vitest';
import { type ServerInTest, startServerInTest } from '../process/server-in-test.js';
import { runMinilens } from '../process/server-process.js';
import { createWechatApi } from '../sdk/wechat-clients.js';
import { expectedVisits, pageHits } from './expected-visits.js';

/** A real web site's day, which is not part of the repository, and a small one in its shape, which is. */
const REAL_DAY = new URL('../../../shared/data/nasa-1995-08-01.tsv', import.meta.url);
const SAMPLE = new URL('sample.tsv', import.meta.url);
const APPID = 'wx0123456789abcdef';

const data = mkdtempSync(join(tmpdir(), 'minilens-nasa-'));
let server: ServerInTest | undefined;
afterAll(async () => {
  await server?.close();
  rmSync(data, { recursive: true, force: true });
});

test('a day of web traffic, replayed by the agent and imported, has the visits that the file has', async () => {
  const tsv = readFileSync(existsSync(REAL_DAY) ? REAL_DAY : SAMPLE, 'utf8');
  const config = { appId: APPID, key: 'not-needed', endpoint: 'https://minilens.test' };
  const lines = [...replayVisits(pageHits(tsv), { agentCode: await buildAgentCode(), config })];
  const file = join(data, 'history.ndjson');
  writeFileSync(file, lines.join('\n'));
  const sent = lines.reduce((sum, line) => sum + JSON.parse(line).events.length, 0);

  const app: NewApp = JSON.parse(await runMinilens(data, 'app', 'add', APPID, '--json'));
  // As if the first import had been cut short: half of the file, then all of it, then all of it once more.
  const half = join(data, 'half.ndjson');
  writeFileSync(half, lines.slice(0, Math.floor(lines.length / 2)).join('\n'));
  const imports = [];
  for (const path of [half, file, file])
    imports.push(JSON.parse(await runMinilens(data, 'import', path, '--app', APPID, '--json')));
  expect(imports[0].accepted + imports[1].accepted).toBe(sent);
  expect(imports[2]).toEqual({ lines: lines.length, accepted: 0, dropped: { duplicate: sent } });

  server = await startServerInTest(data);
  const sdk = createWechatApi(server.url, app);
  for (const day of expectedVisits(tsv, 8)) {
    const date = day.date.replaceAll('-', '');
    const answer = (await sdk.getDailyVisitTrend(date, date)) as { list: object[] };
    expect(answer.list).toMatchObject([
      {
        ref_date: date,
        session_cnt: day.opens,
        visit_pv: day.views,
        visit_uv: day.users,
        visit_depth: Number(day.depth.toFixed(4)),
      },
    ]);
  }
});
