import { gzipSync } from 'node:zlib';
import type { NewApp } from '@minilens/wire/report-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { envelopeOf, startTestServer, type TestServer } from '../testing/server.js';

/** 2026-03-02 12:00 in Shanghai. */
const NOW = Date.UTC(2026, 2, 2, 4);
const BODIES = 10_000;
const AT_ONCE = 50;

let server: TestServer;
let app: NewApp;
beforeAll(async () => {
  server = await startTestServer(NOW, { MINILENS_RATE_PER_IP: '0', MINILENS_RATE_PER_APP: '0' });
  app = await server.addApp('wx00000000000000aa');
});
afterAll(() => server.stop());

/** A good batch with anything in the place of any of its parts, one level deep or two. */
function spoiled() {
  const good = envelopeOf(app, NOW) as unknown as Record<string, unknown>;
  const places = Object.keys(good).flatMap((key) => {
    const inner = Object.keys(good[key] ?? {});
    return typeof good[key] === 'object' ? [[key], ...inner.map((name) => [key, name])] : [[key]];
  });
  const strange = fc.oneof(
    fc.anything({ withBigInt: false, maxDepth: 3 }),
    fc.constantFrom(Number.NaN, -0, 2 ** 53, 1e308, '\u0000', '\ud800', '__proto__', "' OR 1=1 --", 'x'.repeat(3_000)),
  );
  return fc.tuple(fc.constantFrom(...places), strange).map(([[key = '', inner], value]) => {
    const copy = structuredClone(envelopeOf(app, NOW)) as unknown as Record<string, Record<string, unknown>>;
    if (inner === undefined) copy[key] = value as Record<string, unknown>;
    else (copy[key] as Record<string, unknown>)[inner] = value;
    return JSON.stringify(copy) ?? '';
  });
}

const goodText = () => JSON.stringify(envelopeOf(app, NOW));
const bodies = () =>
  fc.oneof(
    { weight: 4, arbitrary: spoiled().map((text) => ({ body: Buffer.from(text), encoding: '' })) },
    { weight: 1, arbitrary: fc.json().map((text) => ({ body: Buffer.from(text), encoding: '' })) },
    {
      weight: 1,
      arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ body: Buffer.from(bytes), encoding: '' })),
    },
    {
      weight: 1,
      arbitrary: fc.nat(600).map((length) => ({ body: Buffer.from(goodText().slice(0, length)), encoding: '' })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.uint8Array({ maxLength: 100 }),
          fc.nat(200),
          fc.constantFrom('gzip', 'deflate', 'br', 'x\u00e9', 'gzip,'),
        )
        .map(([noise, at, encoding]) => {
          const body = gzipSync(goodText());
          body.set(noise.slice(0, Math.max(0, body.length - at)), at % body.length);
          return { body, encoding };
        }),
    },
  );

/** What docs/protocol.md lists. */
const DOCUMENTED = new Set([
  '400 INVALID_JSON',
  '400 INVALID_ENVELOPE',
  '400 INVALID_ENCODING',
  '401 UNKNOWN_APP',
  '401 WRONG_KEY',
  '413 BODY_TOO_LARGE',
  '415 UNKNOWN_ENCODING',
]);

test('ten thousand malformed bodies get a documented answer each, and the good batches among them are taken', {
  timeout: 120_000,
}, async () => {
  const samples = fc.sample(bodies(), { numRuns: BODIES, seed: 7 });
  const seen = new Map<string, number>();
  const post = (payload: Buffer | string, encoding = '') =>
    server.app.inject({
      method: 'POST',
      url: '/v1/collect',
      payload,
      headers: encoding === '' ? {} : { 'content-encoding': encoding },
    });
  for (let start = 0; start < samples.length; start += AT_ONCE) {
    const [good, ...answers] = await Promise.all([
      post(goodText()),
      ...samples.slice(start, start + AT_ONCE).map(({ body, encoding }) => post(body, encoding)),
    ]);
    expect([good.statusCode, good.json()]).toEqual([200, { accepted: 3, dropped: {} }]);
    for (const answer of answers) {
      const body = answer.json();
      const what = `${answer.statusCode} ${answer.statusCode === 200 ? 'receipt' : body.code}`;
      seen.set(what, (seen.get(what) ?? 0) + 1);
      if (answer.statusCode === 200) expect(body.accepted).toBeGreaterThanOrEqual(0);
      else expect(DOCUMENTED, `${what}: ${body.message}`).toContain(what);
    }
  }
  // Every kind of answer was provoked, so that the fuzzer is known to reach each step.
  expect([...seen.keys()].sort()).toEqual(
    expect.arrayContaining(['200 receipt', '400 INVALID_ENCODING', '400 INVALID_ENVELOPE', '400 INVALID_JSON']),
  );
  await server.drain();
  expect((await server.get<string>('/metrics')).body).toContain('minilens_batches_refused 0');
});
