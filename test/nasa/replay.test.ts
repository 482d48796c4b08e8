import { existsSync, readFileSync } from 'node:fs';
import { buildAgentCode } from '@minilens/simulator/agent-code';
import { replayVisits } from '@minilens/simulator/replay-visits';
import type { Envelope } from '@minilens/wire/envelope';
import type { Event } from '@minilens/wire/event';
import { expect, test } from 'vitest';
import { expectedVisits, pageHits, type VisitDay } from './expected-visits.js';

const sample = new URL('sample.tsv', import.meta.url);
/** A real web site's day, which is not part of the repository. */
const realDay = new URL('../../../shared/data/nasa-1995-08-01.tsv', import.meta.url);
const config = { appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test' };

test.each([0, 8])('the sample’s visits come out of the agent as they stand in the file, at UTC+%i', async (zone) => {
  const tsv = readFileSync(sample, 'utf8');
  expect(await replayed(tsv, zone)).toEqual(expectedVisits(tsv, zone));
});

test.skipIf(!existsSync(realDay))('so do those of a real day (skipped where the file is not there)', async () => {
  const tsv = readFileSync(realDay, 'utf8');
  expect(await replayed(tsv, 8)).toEqual(expectedVisits(tsv, 8));
});

/** The days as the envelopes tell them, before any server has touched them. */
async function replayed(tsv: string, zoneOffsetHours: number): Promise<VisitDay[]> {
  const sessions = new Map<string, { date: string; user: string; views: string[] }>();
  for (const line of replayVisits(pageHits(tsv), { agentCode: await buildAgentCode(), config })) {
    const { session, events } = JSON.parse(line) as Envelope & { events: Event[] };
    const date = new Date(session.startAt + zoneOffsetHours * 3_600_000).toISOString().slice(0, 10);
    const known = sessions.get(session.id) ?? { date, user: session.user, views: [] };
    sessions.set(session.id, known);
    for (const event of events) if (event.kind === 'page_show') known.views.push(event.page);
  }
  const dates = [...new Set([...sessions.values()].map(({ date }) => date))].sort();
  return dates.map((date) => {
    const today = [...sessions.values()].filter((session) => session.date === date);
    const total = (values: number[]) => values.reduce((a, b) => a + b, 0);
    return {
      date,
      opens: today.length,
      views: total(today.map(({ views }) => views.length)),
      users: new Set(today.map(({ user }) => user)).size,
      depth: total(today.map(({ views }) => new Set(views).size)) / today.length,
    };
  });
}
