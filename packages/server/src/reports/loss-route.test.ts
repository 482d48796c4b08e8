import type { LossReport, NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';

/** 2026-03-02 12:30 in Shanghai. */
const NOW = Date.UTC(2026, 2, 2, 4, 30);
const DAY = 86_400_000;
const TODAY = Date.UTC(2026, 2, 1, 16);
const RANGE = 'from=2026-03-01&to=2026-03-03';

let server: TestServer;
let app: NewApp;

beforeAll(async () => {
  server = await startTestServer(NOW);
  app = await server.addApp('wx00000000000000aa');
});
afterAll(() => server.stop());

const launch = (n: number) => ({ n, at: NOW - 1_000, kind: 'launch' });
const collect = async (envelope: object) => (await server.post('/v1/collect', envelope)).body;
const lossOf = async (appid: string) => {
  await server.drain();
  const { body } = await server.get<LossReport>(`/api/v1/apps/${appid}/loss?${RANGE}`, server.asOwner);
  return { loss: body.loss, drops: body.drops };
};
const row = (agent: string, numbered: number, missing: number, lossRate: number | null) => ({
  at: TODAY,
  agent,
  numbered,
  missing,
  lossRate,
});
const drops = (agent: string, reason: string, dropped: number) => ({ at: TODAY, agent, reason, dropped });

test('what was numbered and neither stored nor dropped is missing, until it comes late', async () => {
  const gaps = envelopeOf(app, NOW, {
    agent: '0.2.0',
    events: [launch(1), launch(2), launch(5), { n: 6, at: NOW, kind: 'call' }, { kind: 'launch' }],
  });
  expect(await collect(gaps)).toEqual({ accepted: 3, dropped: { invalid: 2 } });
  expect(await lossOf(app.appid)).toEqual({
    loss: [row('0.2.0', 6, 2, 33.3333)],
    drops: [drops('0.2.0', 'invalid', 2)],
  });

  expect(await collect({ ...gaps, events: [launch(3), launch(2)] })).toEqual({
    accepted: 1,
    dropped: { duplicate: 1 },
  });
  expect(await lossOf(app.appid)).toMatchObject({ loss: [row('0.2.0', 6, 1, 16.6667)] });

  // Nothing of this batch is stored, but its number is settled.
  expect(await collect({ ...gaps, events: [{ n: 4, at: NOW - 8 * DAY, kind: 'launch' }] })).toMatchObject({
    accepted: 0,
  });
  expect(await lossOf(app.appid)).toEqual({
    loss: [row('0.2.0', 6, 0, 0)],
    drops: [drops('0.2.0', 'invalid', 2), drops('0.2.0', 'too_old', 1)],
  });
});

test('a session that was refused counts as drops, each version of the agent for itself', async () => {
  const refused = envelopeOf(app, NOW);
  expect(await collect({ ...refused, session: { ...refused.session, startAt: 0 } })).toMatchObject({ accepted: 0 });
  expect(
    await collect({ ...envelopeOf(app, NOW), events: [launch(1), { n: 2, at: NOW, kind: 'gesture' }] }),
  ).toMatchObject({
    accepted: 1,
  });
  const expected = {
    loss: [row('0.1.0', 2, 0, 0), row('0.2.0', 6, 0, 0)],
    drops: [
      drops('0.1.0', 'too_old', 3),
      drops('0.1.0', 'unknown_kind', 1),
      drops('0.2.0', 'invalid', 2),
      drops('0.2.0', 'too_old', 1),
    ],
  };
  expect(await lossOf(app.appid)).toEqual(expected);
  const { body } = await server.post(
    `/api/v1/apps/${app.appid}/rollup`,
    { from: '2026-03-02', to: '2026-03-02' },
    server.asOwner,
  );
  expect(body).toEqual({ buckets: 1, passedOver: 0 });
  expect(await lossOf(app.appid)).toEqual(expected);
});

test('an app without events has no loss, and nobody reads that of another', async () => {
  const other = await server.addApp('wx00000000000000ab');
  expect(await lossOf(other.appid)).toEqual({ loss: [], drops: [] });
  expect((await server.get(`/api/v1/apps/${app.appid}/loss?${RANGE}`)).status).toBe(401);
});
