import { buildAgentCode } from '@minilens/simulator/agent-code';
import { Envelope } from '@minilens/wire/envelope';
import type { Event } from '@minilens/wire/event';
import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from './calendar.js';
import { createLiveTraffic } from './live-traffic.js';

/** 2026-03-03 18:00 in Shanghai. */
const START_AT = Date.UTC(2026, 2, 3, 10);
const agentCode = await buildAgentCode();
const config = { appId: 'wx0123456789abcdef', key: 'key', endpoint: 'https://minilens.test' };

const open = (seed = 1) => createLiveTraffic({ startAt: START_AT, seed, agentCode, config });
const read = (line: string) => JSON.parse(line) as Omit<Envelope, 'events'> & { events: Event[] };

test('an hour has visits all the time, sent as they happen', () => {
  const traffic = open();
  const envelope = Compile(Envelope);
  /** Of every five minutes. */
  const sessions: Set<string>[] = [];
  for (let at = START_AT; at < START_AT + HOUR_MS; at += SECOND_MS) {
    const sent = traffic.until(at + SECOND_MS).map(read);
    expect(sent.filter((value) => !envelope.Check(value) || value.sentAt <= at - SECOND_MS)).toEqual([]);
    const place = Math.floor((at - START_AT) / (5 * MINUTE_MS));
    const seen = sessions[place] ?? new Set();
    sessions[place] = seen;
    for (const { session } of sent) seen.add(session.id);
  }
  expect(Math.min(...sessions.map(({ size }) => size))).toBeGreaterThan(5);
  expect(new Set(sessions.flatMap((ids) => [...ids])).size).toBeLessThan(300);
});

test('another seed has other people', () => {
  const users = (seed: number) =>
    new Set(
      open(seed)
        .until(START_AT + HOUR_MS / 2)
        .map((line) => read(line).session.user),
    );
  const first = users(1);
  expect([...users(1_000)].filter((user) => first.has(user))).toEqual([]);
});
