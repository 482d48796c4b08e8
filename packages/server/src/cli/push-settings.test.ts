import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../testing/server.js';
import { pushSettings, readPushSecrets } from './push-settings.js';

const NOW = Date.UTC(2026, 10, 22, 4);
const APPID = 'wx00000000000000aa';
const TOKEN = 'Tea4Mountains';
const KEY = 'k'.repeat(43);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(NOW);
  await server.addApp(APPID);
});
afterAll(() => server.stop());

const client = {
  request: async <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T> => {
    const answer =
      method === 'GET' ? await server.get<T>(path, server.asOwner) : await server.put<T>(path, body, server.asOwner);
    if (answer.status >= 400) throw new Error((answer.body as { message: string }).message);
    return answer.body;
  },
};

/** What a command prints. */
async function printed(command: Promise<void>): Promise<string> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await command;
    return print.mock.calls.map(([line]) => line).join('\n');
  } finally {
    print.mockRestore();
  }
}

test('settings are shown, changed and taken back', async () => {
  expect(await printed(pushSettings(client, APPID, {}))).toMatch(/are not passed on\. Say where to/);
  const upstream = 'https://shop.example/wechat';
  const secrets = { token: TOKEN, encodingAesKey: KEY };
  const said = await printed(
    pushSettings(client, APPID, { upstream, mode: 'safe', coverLate: 'on', keepContent: 'on' }, secrets),
  );
  expect(said).toContain('upstream    https://shop.example/wechat');
  expect(said).toContain('mode        safe, xml');
  expect(said).toContain(`Enter in the WeChat console: http://localhost:80/push/${APPID}`);
  expect(said).not.toMatch(new RegExp(`${TOKEN}|${KEY}`));

  const asJson = JSON.parse(await printed(pushSettings(client, APPID, { json: true }, { token: null })));
  expect(asJson).toMatchObject({ upstream, hasToken: false, hasKey: true, coverLate: true, keepContent: true });
  expect(await printed(pushSettings(client, APPID, { off: true, coverLate: 'off' }))).toMatch(/are not passed on/);
  await expect(pushSettings(client, APPID, { upstream: 'https://a@shop.example' })).rejects.toThrow(/a user/);
});

test('secrets come from the environment, from standard input in the order token, key, or are taken away', async () => {
  const env = { MINILENS_PUSH_TOKEN: TOKEN, MINILENS_PUSH_AES_KEY: KEY };
  const asked: string[][] = [];
  const readLines = async (names: readonly string[]) => {
    asked.push([...names]);
    return names.map((name) => (name === 'Token' ? ` ${TOKEN}` : KEY));
  };
  expect(await readPushSecrets({}, { env, readLines })).toEqual({});
  expect(await readPushSecrets({ token: 'env', key: 'env' }, { env, readLines })).toEqual({
    token: TOKEN,
    encodingAesKey: KEY,
  });
  expect(asked).toEqual([]);
  expect(await readPushSecrets({ key: '-', token: '-' }, { env: {}, readLines })).toEqual({
    token: TOKEN,
    encodingAesKey: KEY,
  });
  expect(await readPushSecrets({ key: '-', token: 'none' }, { env: {}, readLines })).toEqual({
    token: null,
    encodingAesKey: KEY,
  });
  expect(asked).toEqual([['Token', 'EncodingAESKey'], ['EncodingAESKey']]);
});

test.each([
  [{ token: 'env' }, {}, [], /^MINILENS_PUSH_TOKEN is not there/],
  [{ token: 'env' }, { MINILENS_PUSH_TOKEN: 'a secret' }, [], /^MINILENS_PUSH_TOKEN is no Token/],
  [{ key: '-' }, {}, [], /^The EncodingAESKey on standard input is not there/],
  [{ key: '-' }, {}, ['a secret'], /^The EncodingAESKey on standard input is no EncodingAESKey/],
] as const)('%j of %j and %j is refused, and what was given is not said', async (options, env, lines, words) => {
  const refused = readPushSecrets(options, { env, readLines: async () => [...lines] });
  await expect(refused).rejects.toThrow(words);
  await expect(refused).rejects.not.toThrow(/a secret/);
});
