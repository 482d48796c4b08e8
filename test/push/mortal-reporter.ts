import { setTimeout as sleep } from 'node:timers/promises';
import { createReporter } from '@minilens/push/reporter';
import type { Envelope } from '@minilens/wire/envelope';
import type { PushDeliveryEvent } from '@minilens/wire/event';
import type { Order } from './reporter-steps.js';

// A reporter in a process of its own that kills itself at a named step. Prints the delivery of everything it is about to
// send: that was on disk.

const { deliveries, step, time, ...target }: Order = JSON.parse(process.argv[2] as string);
let left = time;
const reach = (reached: Order['step'], afterMs = 0) => {
  if (reached !== step || --left !== 0) return;
  const die = () => process.kill(process.pid, 'SIGKILL');
  if (afterMs === 0) die();
  else setTimeout(die, afterMs);
};
const reporter = createReporter({
  ...target,
  log: () => {},
  fetch: async (url, init) => {
    for (const line of String(init?.body).split('\n'))
      for (const event of (JSON.parse(line) as Envelope).events)
        process.stdout.write(`${(event as PushDeliveryEvent).delivery}\n`);
    reach('before a request');
    const answer = fetch(url, init);
    reach('during a request', 2);
    await answer;
    reach('after a request');
    reach('during a removal', 1);
    return answer;
  },
});
for (let index = 0; index < deliveries; index++) {
  reporter.report({
    at: Date.now(),
    delivery: `${process.pid}-${String(index).padStart(6, '0')}`,
    messageKey: '9f86d081884c7d65',
    attempt: 1,
    msgType: 'text',
    host: '127.0.0.1:8080',
    outcome: 'ok',
    durationMs: 1,
  });
  reach('during a write', 1);
  if (index % 10 !== 9) continue;
  await reporter.flush();
  await sleep(1);
}
while (reporter.pending() > 0) await reporter.flush();
await reporter.close();
