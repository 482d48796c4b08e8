import type { Store } from '@minilens/store/connect';
import { lastHourByApp } from '@minilens/store/vital-signs';
import type { Accounts } from '../admin/accounts.js';
import type { App } from '../admin/apps.js';
import { lossOfLastDay } from '../watch/loss.js';
import { ok, problem, type Said, span, warning } from './finding.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Share of numbered events that may be missing. Devices die with events in them. */
const LOSS = 0.01;

/** Fewer events say nothing of a share. */
const FEW_EVENTS = 100;

/** Apps named in one finding. */
const NAMED_AT_MOST = 5;

export async function lookAtAccounts(accounts: Accounts): Promise<Said> {
  try {
    return (await accounts.isEmpty())
      ? warning('nobody has an account yet: open the setup link that serve prints')
      : ok('somebody can sign in');
  } catch {
    return problem(
      'the accounts database does not answer: nobody can sign in and new apps are not known. See that it runs and that this user may write it.',
    );
  }
}

export async function lookAtApps(store: Store | undefined, apps: readonly App[], now: number): Promise<Said> {
  if (apps.length === 0) return warning('no app yet: add one in the dashboard or with minilens app add');
  if (store === undefined) return ok(`${apps.length} known`);
  const lastHours = await lastHourByApp(store, now - 7 * DAY_MS);
  const silent = apps.filter(({ appid }) => (lastHours.get(appid) ?? now) + HOUR_MS < now - DAY_MS);
  if (silent.length > 0) {
    const since = silent.map(({ appid }) => `${appid} for ${span(now - HOUR_MS - (lastHours.get(appid) as number))}`);
    return warning(
      `${named(since)} sent nothing, but did this week. See in the WeChat console whether the server's domain is still allowed, and whether a release dropped the agent.`,
    );
  }
  return ok(`${apps.length} known, ${lastHours.size} sent events this week`);
}

/** How much of what the sessions of the last day numbered neither came nor was dropped. */
export async function lookAtLoss(store: Store, apps: readonly App[], now: number): Promise<Said> {
  const losing: string[] = [];
  for (const { appid } of apps) {
    const { numbered, missing } = await lossOfLastDay(store, appid, now);
    if (numbered >= FEW_EVENTS && missing / numbered > LOSS)
      losing.push(`${appid} ${((missing / numbered) * 100).toFixed(1)} %`);
  }
  if (losing.length === 0) return ok('less than 1 % of the last day’s events are missing');
  return warning(
    `of the last day’s events are missing: ${named(losing)}. They were lost on the way or on the device: GET /api/v1/apps/<appid>/loss says since which version of the agent.`,
  );
}

function named(texts: readonly string[]): string {
  const more = texts.length - NAMED_AT_MOST;
  return texts.slice(0, NAMED_AT_MOST).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
