import { pino } from 'pino';
import { expect, test } from 'vitest';
import { startJobs } from './schedule.js';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
const log = pino({ level: 'silent' });
const meters = { jobRan: () => {} };

test('a clock that was a year ahead, and is set right, does not keep jobs from running for that year', async () => {
  let now = Date.UTC(2027, 2, 2, 4);
  const ran: string[] = [];
  const job = (name: string, everyMs: number, firstAfterMs?: number) => ({
    name,
    everyMs,
    ...(firstAfterMs !== undefined && { firstAfterMs }),
    run: async () => void ran.push(name),
  });
  const jobs = startJobs([job('often', 1), job('hourly', HOUR_MS), job('later', 1, HOUR_MS)], log, () => now, meters);
  await expect.poll(() => ran).toEqual(['often', 'hourly']);
  ran.length = 0;
  now -= YEAR_MS;
  await expect.poll(() => ran).toEqual(['often', 'hourly', 'later']);
  await jobs.stop();
});

test('a daily job that failed, since somebody else was busy, runs again within the hour', async () => {
  let now = Date.UTC(2027, 2, 2, 4);
  let runs = 0;
  const fails = async () => {
    runs += 1;
    throw new Error('Somebody else is busy');
  };
  const often = { name: 'often', everyMs: 1, run: async () => {} };
  const jobs = startJobs([often, { name: 'daily', everyMs: 24 * HOUR_MS, run: fails }], log, () => now, meters);
  await expect.poll(() => runs).toBe(1);
  now += HOUR_MS;
  await expect.poll(() => runs).toBe(2);
  await jobs.stop();
});
