import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { envelopeOf } from '../testing/server.js';
import { TRUSTED_CLOCK } from './clock.js';
import { ingest } from './ingest.js';
import { openSpool, type Spool } from './spool.js';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 2, 2, 4);
const NOTHING_FORGOTTEN = { session: () => undefined, event: () => undefined, sharer: () => false };

let directory: string;
let spool: Spool;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'minilens-ingest-'));
  spool = openSpool(directory, { maxBytes: 1_000_000_000 });
});
afterEach(async () => {
  await spool.close();
  rmSync(directory, { recursive: true });
});

test('a session is remembered as long as ever, though our clock was a year behind when its last batch came', async () => {
  const envelope = envelopeOf({ appid: 'wx00000000000000aa', key: 'key' }, NOW);
  const take = (receivedAt: number) =>
    ingest(spool, envelope, {
      receivedAt,
      ip: '',
      clock: TRUSTED_CLOCK,
      ofOwner: true,
      forgotten: NOTHING_FORGOTTEN,
    });
  expect(await take(NOW)).toEqual({ accepted: 3, dropped: {} });
  expect(await take(NOW - 365 * DAY_MS)).toEqual({ accepted: 0, dropped: { duplicate: 3 } });
  expect(await spool.forgetSessions(Math.floor(NOW / DAY_MS) - 100)).toBe(0);
  expect(await take(NOW)).toEqual({ accepted: 0, dropped: { duplicate: 3 } });
});
