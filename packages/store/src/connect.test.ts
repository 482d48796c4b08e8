import { expect, test } from 'vitest';
import { connectStore } from './connect.js';

test.each([
  ['an unknown parameter', 'http://minilens:hunter2@127.0.0.1:9/?sslmode=disable'],
  ['a parameter of another kind', 'http://minilens:hunter2@127.0.0.1:9/?request_timeout=soon'],
  ['a password with a ? in it', 'http://minilens:1?hunter2@127.0.0.1:9'],
  ['a password with a % in it', 'http://minilens:hunter2%@127.0.0.1:9'],
])('a URL with %s is refused with a sentence that names the setting and no password', (_name, url) => {
  const connecting = () => connectStore({ urls: ['http://127.0.0.1:9', url] });
  expect(connecting).toThrow(/^MINILENS_CLICKHOUSE_URL is set, but .*Remove/);
  expect(connecting).toThrow(/^(?!.*hunter2)/);
});
