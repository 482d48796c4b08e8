import { join } from 'node:path';
import { ask } from '@minilens/store/ask';
import { connectStore } from '@minilens/store/connect';
import type { IssueState, IssueStates } from '@minilens/wire/records';
import type { NewApp } from '@minilens/wire/report-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 2, 2, 4, 30);

let server: TestServer;
let app: NewApp;
let other: NewApp;

beforeAll(async () => {
  server = await startTestServer(NOW);
  app = await server.addApp('wx00000000000000aa');
  other = await server.addApp('wx00000000000000bb');
});
afterAll(() => server.stop());

/** Somebody meets the error now, in this version. */
async function meet(errMsg: string, version: string): Promise<void> {
  const { now } = server.clock;
  const error = { n: 1, at: now, kind: 'error', source: 'app', name: 'TypeError', errMsg };
  await server.post('/v1/collect', envelopeOf(app, now, { device: { version }, events: [error] }));
  await server.drain();
}
/** The id of the only issue whose errors say this. */
async function issueOf(message: string): Promise<string> {
  const store = connectStore({ path: join(server.data, 'events') });
  const [row] = await ask(store, {
    ...{ app: app.appid, from: 0, to: NOW + 1_000 * HOUR_MS, timezone: 'UTC' },
    ...{ metrics: ['jsErrors'], by: ['issue'], filter: { message } },
  });
  await store.close();
  return String(row?.issue);
}
const say = (issue: string, body: object, { appid } = app, headers: Record<string, string> = server.asOwner) =>
  server.put<IssueState & { code: string }>(`/api/v1/apps/${appid}/issues/${issue}`, body, headers);
const states = async ({ appid } = app) =>
  (await server.get<IssueStates>(`/api/v1/apps/${appid}/issues/states`, server.asOwner)).body.items;

test('an issue that was resolved in a version stays so in older ones, and opens again when a later one has it', async () => {
  await meet('x is not defined', '1.0.0');
  server.clock.now += 2 * HOUR_MS;
  await meet('something else', '1.1.0');
  const issue = await issueOf('x is not defined');
  const resolved = {
    issue,
    state: 'resolved',
    version: '1.1.0',
    changedAt: server.clock.now,
    changedBy: 'command line',
  };
  expect(await say(issue, { state: 'resolved', version: '1.1.0' })).toEqual({ status: 200, body: resolved });
  expect(await states()).toEqual([resolved]);

  server.clock.now += 2 * HOUR_MS;
  await meet('x is not defined', '1.0.0');
  await meet('something else', '1.2.0');
  expect(await states()).toEqual([resolved]);

  server.clock.now += 2 * HOUR_MS;
  await meet('x is not defined', '1.2.0');
  expect(await states()).toEqual([{ ...resolved, state: 'open' }]);

  // Said again, now of the version that has it.
  await say(issue, { state: 'resolved', version: '1.2.0' });
  expect(await states()).toMatchObject([{ issue, state: 'resolved', version: '1.2.0' }]);
});

test('what is ignored stays ignored, and what is opened is simply open', async () => {
  const issue = await issueOf('something else');
  await say(issue, { state: 'ignored' });
  server.clock.now += HOUR_MS;
  await meet('something else', '1.3.0');
  expect(await states()).toContainEqual(expect.objectContaining({ issue, state: 'ignored', version: '' }));
  expect((await say(issue, { state: 'open' })).body).toMatchObject({ issue, state: 'open' });
  expect((await states()).map((said) => said.issue)).not.toContain(issue);
});

test('what is said of one app is not said of another', async () => {
  const issue = '0123456789abcdef';
  await say(issue, { state: 'ignored' });
  expect(await states(other)).toEqual([]);
  await say(issue, { state: 'resolved' }, other);
  expect(await states(other)).toMatchObject([{ issue, state: 'resolved' }]);
  expect(await states()).toContainEqual(expect.objectContaining({ issue, state: 'ignored' }));
});

test.each([
  ['an issue that is no id', 'x', { state: 'ignored' }],
  ['a state that is none', '0123456789abcdef', { state: 'closed' }],
  ['a version of what is ignored', '0123456789abcdef', { state: 'ignored', version: '1.0.0' }],
  ['more than is asked', '0123456789abcdef', { state: 'ignored', why: 'noise' }],
])('%s is refused', async (_which, issue, body) => {
  expect(await say(issue, body)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
});

test('whoever is not signed in neither reads nor changes it', async () => {
  expect((await say('0123456789abcdef', { state: 'open' }, app, {})).status).toBe(401);
  expect((await server.get(`/api/v1/apps/${app.appid}/issues/states`)).status).toBe(401);
});
