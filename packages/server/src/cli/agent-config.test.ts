import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../testing/server.js';
import { type AgentOptions, configureAgents, parseHookApis, parseSampling } from './agent-config.js';

const APPID = 'wx00000000000000aa';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(Date.UTC(2026, 2, 2, 4));
  await server.addApp(APPID);
});
afterAll(() => server.stop());

/** What the command prints. */
async function agent(options: AgentOptions): Promise<string> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  const request = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) =>
    (await (method === 'PUT' ? server.put(path, body, server.asOwner) : server.get(path, server.asOwner)))
      .body as never;
  await configureAgents({ request }, APPID, options);
  const [[printed]] = print.mock.calls as [[string]];
  print.mockRestore();
  return printed;
}
const values = async (options: AgentOptions) => JSON.parse(await agent({ ...options, json: true })).values;

test('each option changes what it names and leaves the rest, and reset removes all', async () => {
  expect(await values({})).toEqual({});
  expect(await values({ off: true })).toEqual({ off: true });
  expect(await values({ sampling: { session: 0.5 } })).toEqual({ off: true, sampling: { session: 0.5 } });
  expect(await values({ sampling: { call: 1 }, hookApis: ['login'] })).toEqual({
    off: true,
    hookApis: ['login'],
    sampling: { session: 0.5, call: 1 },
  });
  expect(await values({ on: true, hookApis: ['*'] })).toEqual({ hookApis: ['*'], sampling: { session: 0.5, call: 1 } });
  expect(await values({})).toEqual({ hookApis: ['*'], sampling: { session: 0.5, call: 1 } });
  expect(await values({ reset: true })).toEqual({});
});

test('it is printed in words, and says when it takes effect', async () => {
  expect(await agent({})).toMatch(/^No remote configuration for wx00000000000000aa:/);
  const printed = await agent({ off: true, hookApis: ['*'], sampling: { request: 0.07 } });
  expect(printed).toMatch(/agent +off.*\n +interfaces +all\n +sampling +request 7%\n/);
  expect(printed).toMatch(/next batch[\s\S]*keep it on the device[\s\S]*starts/);
  expect(await agent({ on: true, hookApis: ['login', 'scanCode'] })).toMatch(
    /version \S+:\n\n +interfaces +login, scanCode\n/,
  );
});

test('shares and names are read as people write them', () => {
  expect(parseSampling('session=0.5, request=.1,call=1')).toEqual({ session: 0.5, request: 0.1, call: 1 });
  expect(parseHookApis('requestPayment, wx.login,cloud.callFunction')).toEqual([
    'requestPayment',
    'login',
    'cloud.callFunction',
  ]);
  expect(parseHookApis('*')).toEqual(['*']);
});

test.each([
  [() => parseSampling('pages=1'), /Nothing is sampled as pages\. There are session, /],
  [() => parseSampling('call=2'), /call=2 is no share\. Write 0 to 1: call=0\.5/],
  [() => parseSampling('call'), /call is no share/],
  [() => parseSampling(''), /There are session/],
  [() => parseHookApis('login,wx pay'), /"wx pay" is no name of an interface/],
  [() => parseHookApis(''), /"" is no name/],
])('%s is refused with a sentence', (parse, sentence) => {
  expect(parse).toThrow(sentence);
});
