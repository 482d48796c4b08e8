import { expect, test } from 'vitest';
import { hideInBody, hideInUrl } from './hide-secrets.js';

test.each([
  ['/cgi-bin/token', '/cgi-bin/token'],
  ['/cgi-bin/token?grant_type=x&appid=wx1&secret=hush', '/cgi-bin/token?grant_type=x&appid=wx1&secret=***'],
  ['/a?access_token=hush&access_token=hush2&b=c?d', '/a?access_token=***&access_token=***&b=c%3Fd'],
  ['/a?access%5Ftoken=hush', '/a?access_token=***'],
  ['/a?component_access_token=hush', '/a?component_access_token=***'],
  ['/a?', '/a?'],
])('of the URL %s is kept %s', (url, kept) => {
  expect(hideInUrl(url)).toBe(kept);
});

test.each([
  ['{ "begin_date": "20261121" }', '{ "begin_date": "20261121" }'],
  ['{"appid":"wx1","secret":"hush"}', '{"appid":"wx1","secret":"***"}'],
  ['{"secre\\u0074":"hush"}', '{"secret":"***"}'],
  ['{"a":[{"authorizer_refresh_token":{"b":"hush"}}]}', '{"a":[{"authorizer_refresh_token":"***"}]}'],
  ['{"component_appsecret":"hush', '{"component_appsecret":"***'],
  ["secret='hush' more", "secret='***' more"],
  ['appid=wx1&secret=hush&b=c', 'appid=wx1&secret=***&b=c'],
  ['', ''],
])('of the body %s is kept %s', (body, kept) => {
  expect(hideInBody(body)).toBe(kept);
});
