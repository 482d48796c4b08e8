import { type RollupCheck, sumChecks } from '@minilens/store/check-rollups';
import type { AppSummary } from '@minilens/wire/report-api';
import { SingleBar } from 'cli-progress';
import { DateTime } from 'luxon';
import type { RollupCheckAnswer } from '../doctor/rollup-check.js';
import type { Client } from './client.js';

export interface DeepOptions {
  app?: string;
  from?: string;
  to?: string;
  json?: boolean;
}

/** Lines of one kind that people read; --json has more. */
const SHOWN_AT_MOST = 50;

type AppCheck = RollupCheck & { app: string; timezone: string };

/** Compares rollups with events, app by app and a day of hours at a time. Anything wrong makes the command fail. */
export async function doctorDeep(client: Client, { app, from, to, json }: DeepOptions): Promise<void> {
  const appids =
    app === undefined ? (await client.request<AppSummary[]>('GET', '/api/v1/apps')).map(({ appid }) => appid) : [app];
  const checks: AppCheck[] = [];
  for (const appid of appids) checks.push(await checkApp(client, appid, { from, to }, json === true));

  if (json) console.log(JSON.stringify(checks));
  else for (const check of checks) console.log(describe(check));
  if (!json && checks.length === 0) console.log('No app yet, so nothing to compare.');
  if (checks.some(isWrong)) process.exitCode = 1;
}

async function checkApp(
  client: Client,
  app: string,
  range: { from: string | undefined; to: string | undefined },
  isSilent: boolean,
): Promise<AppCheck> {
  const bar = new SingleBar({
    format: `${app} {bar} {value} of {total} hours`,
    stream: process.stderr,
    clearOnComplete: true,
  });
  const slices: RollupCheckAnswer[] = [];
  try {
    for (let after: number | undefined; ; ) {
      const slice: RollupCheckAnswer = await client.request('POST', `/api/v1/apps/${encodeURIComponent(app)}/check`, {
        ...range,
        after,
      });
      if (slices.length === 0 && !isSilent && slice.left > 0) bar.start(slice.left, 0);
      slices.push(slice);
      bar.update((slices[0]?.left ?? 0) - slice.left);
      if (slice.left === 0) break;
      after = slice.last;
    }
  } finally {
    bar.stop();
  }
  const timezone = slices[0]?.timezone ?? 'utc';
  return { app, timezone, ...sumChecks(slices.map(({ check }) => check as RollupCheck)) };
}

const isWrong = (check: AppCheck) =>
  check.differing + check.doubled + check.eventsInWrongHour + check.sessionsInTwoPlaces + check.usersOnTwoShards > 0;

function describe(check: AppCheck): string {
  const { app, timezone, passedOver, differences, doubles } = check;
  const at = (hour: number) => DateTime.fromMillis(hour, { zone: timezone });
  const time = (hour: number) => at(hour).toFormat('yyyy-MM-dd HH:mm');
  const days = [...new Set(differences.map(({ hour }) => at(hour).toISODate()))].sort();

  const lines = [
    `${isWrong(check) ? '✗' : '✓'} ${app}: ${number(check.hours)} hours, ${number(check.rows)} rows and ${number(check.values)} values of rollups compared with ${number(check.events)} events`,
    passedOver.dirty > 0 && `  ${number(passedOver.dirty)} hours passed over: they wait for their rollup`,
    passedOver.eventsGone > 0 && `  ${number(passedOver.eventsGone)} hours passed over: their events were dropped`,
    passedOver.sharedOut > 0 &&
      `  ${number(passedOver.sharedOut)} hours passed over: a restore shared their rollups out among shards. minilens rollup computes them again`,
    passedOver.newcomers > 0 &&
      `  ${number(passedOver.newcomers)} hours compared but for who is new: an earlier hour waits for its rollup`,
    ...differences
      .slice(0, SHOWN_AT_MOST)
      .map(
        ({ hour, source, key, column, rollup, events }) =>
          `  ${time(hour)} ${[source, ...Object.entries(key).map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(' ')}: ${column} is ${rollup}, its events say ${events}`,
      ),
    check.differing > 0 &&
      `  ${number(check.differing)} rows differ${days.length > 0 ? `. Compute them again: minilens rollup --app ${app} --from ${days[0]} --to ${days.at(-1)}` : ''}`,
    ...doubles
      .slice(0, SHOWN_AT_MOST)
      .map(({ hour, session, n, copies }) => `  ${time(hour)} session ${session}, event ${n}: stored ${copies} times`),
    check.doubled > 0 &&
      `  ${number(check.doubled)} events are stored more than once and count as often. Rollups do not mend this: please report it.`,
    check.eventsInWrongHour > 0 &&
      `  ${number(check.eventsInWrongHour)} events are filed under another hour than their session’s start: please report it`,
    check.sessionsInTwoPlaces > 0 &&
      `  ${number(check.sessionsInTwoPlaces)} sessions are in two hours or of two users, and count twice: please report it`,
    check.usersOnTwoShards > 0 &&
      `  ${number(check.usersOnTwoShards)} users have events on two shards, and count twice. Was the cluster changed? See its remote_servers.`,
  ];
  return lines.filter((line) => line !== false).join('\n');
}

const number = (value: number) => value.toLocaleString('en-US');
