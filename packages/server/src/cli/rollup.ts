import { SingleBar } from 'cli-progress';
import { DateTime } from 'luxon';
import type { Client } from './client.js';

/** Computes the rollups of a range again, a day at a time. */
export async function rollup(
  client: Client,
  { app, from, to, json }: { app: string; from: string; to: string; json?: boolean },
): Promise<void> {
  const [first, last] = [day('--from', from), day('--to', to)];
  if (last < first) throw new Error(`--to ${to} lies before --from ${from}.`);
  const days = Math.round(last.diff(first, 'days').days) + 1;
  const bar = new SingleBar({
    format: 'Rolling up {bar} {value} of {total} days',
    stream: process.stderr,
    clearOnComplete: true,
  });
  if (!json) bar.start(days, 0);

  let [hours, passedOver] = [0, 0];
  try {
    for (let offset = 0; offset < days; offset++) {
      const date = first.plus({ days: offset }).toISODate();
      const answer = await client.request<{ buckets: number; passedOver: number }>(
        'POST',
        `/api/v1/apps/${encodeURIComponent(app)}/rollup`,
        { from: date, to: date },
      );
      hours += answer.buckets;
      passedOver += answer.passedOver;
      bar.update(offset + 1);
    }
  } finally {
    bar.stop();
  }
  if (json) return console.log(JSON.stringify({ days, hours, passedOver }));
  console.log(`${hours} hours with events in ${days} days computed again.`);
  if (passedOver > 0)
    console.log(
      `${passedOver} hours were passed over: their events are no longer kept, so their numbers stay as they are.`,
    );
}

function day(option: string, text: string): DateTime {
  const parsed = DateTime.fromFormat(text, 'yyyy-MM-dd', { zone: 'utc' });
  if (!parsed.isValid) throw new Error(`${option} ${text} is no day. Write it as 2026-11-01.`);
  return parsed;
}
