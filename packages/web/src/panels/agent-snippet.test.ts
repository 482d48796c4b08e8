import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { agentSnippet } from './agent-snippet';

test.each([
  { appid: 'wx0123456789abcdef', key: 'k_1', endpoint: 'https://lens.example.com' },
  { appid: 'wx0123456789abcdef', key: `it's "odd" \\ $`, endpoint: 'http://127.0.0.1:8321' },
])('the snippet is JavaScript that configures the agent with what the server said: %o', (app) => {
  const given: unknown[] = [];
  const required: string[] = [];
  const require = (file: string) => {
    required.push(file);
    return { config: (options: unknown) => given.push(options) };
  };
  runInNewContext(agentSnippet(app), { require });
  expect(required).toEqual(['./minilens-mp-agent.js']);
  expect(JSON.parse(JSON.stringify(given))).toEqual([{ appId: app.appid, key: app.key, endpoint: app.endpoint }]);
});
