import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/server.js';
import { withEndpoint } from './agent-file.js';
import { publicOrigin } from './public-origin.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(Date.UTC(2026, 2, 2, 4));
});
afterAll(() => server.stop());

test.each(['"__ENDPOINT__"', "'__ENDPOINT__'"])('the address takes the place of %s in the code', (mark) => {
  expect(withEndpoint(`var e=${mark};send(e)`, 'https://minilens.example.com')).toBe(
    'var e="https://minilens.example.com";send(e)',
  );
});

test('whatever an address holds, the code stays the code', () => {
  const code = withEndpoint("var e='__ENDPOINT__';", `"';$&\n</script>\\`);
  expect(new Function(`${code}return e`)()).toBe(`"';$&\n</script>\\`);
  expect(withEndpoint('nothing to replace', 'https://minilens.example.com')).toBe('nothing to replace');
});

test.each([
  ['https', 'minilens.example.com', 'https://minilens.example.com'],
  ['http', '127.0.0.1:8321', 'http://127.0.0.1:8321'],
  ['http', '[::1]:8321', 'http://[::1]:8321'],
  ['http', 'evil.example/path', ''],
  ['http', 'user@evil.example', ''],
  ['http', `a";alert(1);"`, ''],
  ['http', "a'b", ''],
  ['http', 'a b', ''],
  ['http', 'minilens.example.com:99999', ''],
  ['http', '[::1', ''],
  ['http', '', ''],
])('a request by %s to the host %j comes to %j', (protocol, host, origin) => {
  expect(publicOrigin({ protocol: protocol as 'http', host }, undefined)).toBe(origin);
  expect(publicOrigin({ protocol: protocol as 'http', host }, 'https://said.example')).toBe('https://said.example');
});

test('the agent is served for whoever asks, and kept by nobody in between', async () => {
  const ask = (host: string) => server.app.inject({ method: 'GET', url: '/minilens-mp-agent.js', headers: { host } });
  const answer = await ask('minilens.example.com');
  expect(answer.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-type': expect.stringContaining('text/javascript'),
    'content-disposition': 'attachment; filename="minilens-mp-agent.js"',
  });
  expect(answer.statusCode).toBe(200);
  expect(answer.body).not.toContain('__ENDPOINT__');
  expect((await ask('"evil')).body).not.toContain('evil');
});
