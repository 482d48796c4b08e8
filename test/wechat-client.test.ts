import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { chinaYesterday } from '@minilens/wechat/china-date';
import { createWechat } from '@minilens/wechat/client';
import { ENDPOINTS } from '@minilens/wechat/endpoints';
import { afterAll, expect, test } from 'vitest';
import { APPID, SECRET, startPlatform } from '../packages/wechat/src/client/platform.fixture.js';
import { runMinilens, startServer } from './process/server-process.js';

const ASK = fileURLToPath(new URL('./process/ask-wechat.mjs', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'minilens-wechat-client-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

function ask(...args: string[]) {
  const child = spawn(process.execPath, [ASK, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return { line: async () => (await lines.next()).value, exit: once(child, 'exit') };
}

test('two processes that need a token at the same time fetch one', async () => {
  const platform = await startPlatform();
  const release = platform.hold(ENDPOINTS.getStableAccessToken);
  const processes = [1, 2].map(() => ask(platform.baseUrl, join(data, 'tokens'), APPID, SECRET));
  expect(await Promise.all(processes.map(({ line }) => line()))).toEqual(['asking', 'asking']);
  await expect.poll(() => platform.timesAsked(ENDPOINTS.getStableAccessToken), { timeout: 10_000 }).toBe(1);
  release();
  expect(await Promise.all(processes.map(({ line }) => line()))).toEqual(['3', '3']);
  expect(await Promise.all(processes.map(({ exit }) => exit))).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(platform.timesAsked(ENDPOINTS.getStableAccessToken)).toBe(1);
  expect(platform.timesAsked(ENDPOINTS.getDailyVisitTrend)).toBe(6);
  await platform.close();
});

test('a Minilens server is asked with nothing but another base URL', async () => {
  const { appid, secret } = JSON.parse(await runMinilens(data, 'app', 'add', APPID, '--json'));
  const server = await startServer(data);
  try {
    const { analysis } = createWechat({ appid, secret, baseUrl: server.url });
    const day = chinaYesterday(Date.now()).toFormat('yyyyMMdd');
    const { list } = await analysis.getDailyVisitTrend({ beginDate: day, endDate: day });
    expect(list).toEqual([expect.objectContaining({ refDate: day, sessionCnt: 0, stayTimeUv: 0 })]);
    await expect(analysis.getDailyVisitTrend({ beginDate: '2021', endDate: '2021' })).rejects.toMatchObject({
      errcode: 61500,
      rid: expect.stringMatching(/^[0-9a-f-]{26}$/),
    });
  } finally {
    await server.stop();
  }
});
