import { createServer } from 'node:http';
import type { Logger } from 'pino';
import { expect, test } from 'vitest';
import { boundConnections } from './bound-connections.js';

test('of connections that are cut the log tells at once, then once a minute how many there were', () => {
  const server = createServer();
  const lines: number[] = [];
  let [now, counted] = [0, 0];
  boundConnections(server, {
    log: { warn: ({ cut }: { cut: number }) => lines.push(cut) } as unknown as Logger,
    now: () => now,
    meters: { connectionCut: () => (counted += 1) },
  });
  for (const at of [0, 10_000, 59_999, 60_000, 70_000, 300_000]) {
    now = at;
    server.emit('drop');
  }
  expect(lines).toEqual([1, 3, 2]);
  expect(counted).toBe(6);
});
