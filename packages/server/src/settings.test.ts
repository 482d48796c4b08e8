import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSettings } from './settings.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'minilens-settings-'));
});
afterEach(() => rmSync(directory, { recursive: true }));
const configFile = (text: string) => writeFileSync(join(directory, 'minilens.config.json'), text);

test('without any setting the server listens on this machine only', () => {
  expect(loadSettings({}, directory)).toEqual({
    host: '127.0.0.1',
    port: 8321,
    data: join(directory, 'data'),
    role: 'all',
    trustProxy: false,
    logLevel: 'warn',
    drainSeconds: 0,
    spoolMaxBytes: 4_294_967_296,
    ratePerIp: 30_000,
    ratePerApp: 240_000,
  });
});

test('a public URL may end with a slash, as it does where it is copied from', () => {
  expect(loadSettings({ MINILENS_PUBLIC_URL: 'https://minilens.example.com/' }, directory)).toMatchObject({
    publicUrl: 'https://minilens.example.com',
  });
});

test('the environment wins over the file, and the file over the defaults', () => {
  configFile('{"port": 9000, "logLevel": "info"}');
  expect(loadSettings({ MINILENS_PORT: '9001', MINILENS_TRUST_PROXY: 'true' }, directory)).toMatchObject({
    port: 9001,
    logLevel: 'info',
    trustProxy: true,
  });
});

test.each([
  [{ MINILENS_PORT: 'http' }, /MINILENS_PORT is "http"/],
  [{ MINILENS_PORT: '70000' }, /MINILENS_PORT is 70000/],
  [{ MINILENS_TRUST_PROXY: 'maybe' }, /MINILENS_TRUST_PROXY is "maybe"/],
  [{ MINILENS_LOG_LEVEL: 'loud' }, /MINILENS_LOG_LEVEL is "loud"/],
  [{ MINILENS_DRAIN_SECONDS: '-1' }, /MINILENS_DRAIN_SECONDS is "-1"/],
  [{ MINILENS_METRICS_TOKEN: 'too-short' }, /MINILENS_METRICS_TOKEN is set, but must not have fewer than 16/],
  [{ MINILENS_PUBLIC_URL: 'example.com' }, /MINILENS_PUBLIC_URL is "example.com"/],
  [{ MINILENS_TLS_CERT: 'cert.pem' }, /MINILENS_TLS_CERT and MINILENS_TLS_KEY/],
  [{ MINILENS_SPOOL_MAX_BYTES: '4GB' }, /MINILENS_SPOOL_MAX_BYTES is "4GB"/],
  [{ MINILENS_SPOOL_MAX_BYTES: '1000' }, /MINILENS_SPOOL_MAX_BYTES is 1000/],
  [{ MINILENS_RATE_PER_IP: '-1' }, /MINILENS_RATE_PER_IP is "-1"/],
  [{ MINILENS_RATE_PER_APP: '1.5' }, /MINILENS_RATE_PER_APP is "1.5"/],
  [
    { MINILENS_DATABASE_URL: 'mysql://minilens@db/minilens' },
    /MINILENS_DATABASE_URL is set, but must be a PostgreSQL URL/,
  ],
  [{ MINILENS_DATABASE_URL: 'postgres://a:b@c@d:x/e' }, /MINILENS_DATABASE_URL is set, but must be a PostgreSQL URL/],
  [
    { MINILENS_CLICKHOUSE_URL: 'http://a:b#c@d:8123' },
    /MINILENS_CLICKHOUSE_URL is set, but must be the URL of a Click/,
  ],
  [{ MINILENS_OIDC_ISSUER: 'http://login.example.com' }, /MINILENS_OIDC_ISSUER is "http:.*, but must be an https URL/],
  [{ MINILENS_OIDC_ISSUER: 'https://login.example.com' }, /MINILENS_OIDC_CLIENT_SECRET belong together: set all/],
  [{ MINILENS_ROLE: 'collector' }, /MINILENS_ROLE is "collector", but must be one of all, collect, report, jobs/],
  [{ MINILENS_ROLE: 'jobs' }, /MINILENS_ROLE is jobs, but .* set MINILENS_CLICKHOUSE_URL and MINILENS_DATABASE_URL/],
])('a wrong value %o stops the start with a sentence that names it', (env, sentence) => {
  expect(() => loadSettings(env, directory)).toThrow(sentence);
});

test.each([
  { MINILENS_DATABASE_URL: 'mysql://minilens:hunter2@db/minilens' },
  { MINILENS_CLICKHOUSE_URL: 'tcp://minilens:hunter2@db' },
])('a password in a wrong value of %o is not repeated', (env) => {
  expect(() => loadSettings(env, directory)).toThrow(/^(?!.*hunter2)MINILENS_/);
});

test.each([
  ['{"port": ', /not JSON/],
  ['[]', /one JSON object/],
  ['{"prot": 1}', /unknown setting "prot"/],
])('a wrong file %s is named too', (text, sentence) => {
  configFile(text);
  expect(() => loadSettings({}, directory)).toThrow(sentence);
});
