import type { Store } from '@minilens/store/connect';
import { TICKET_PUSH_S } from '@minilens/wechat/component';
import type { Logger } from 'pino';
import type { Apps } from '../admin/apps.js';
import type { People } from '../admin/people.js';
import type { SharedLedger } from '../collect/shared-ledger.js';
import type { Spool } from '../collect/spool.js';
import { standingCohorts } from '../reports/cohorts.js';
import { lossOfLastDay } from '../watch/loss.js';
import type { Meters } from '../watch/meters.js';
import type { Access } from '../wechat/access.js';
import { standingQuestions } from '../wechat/analysis.js';
import { standingIssues } from '../wechat/operation.js';
import type { EventPusher } from '../wechat/push-events.js';
import type { Eraser } from './erase.js';
import type { RollupJobs } from './rollup-job.js';
import type { Job } from './schedule.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What can wait leaves a server that just started to its questions. Unit: ms. */
const CALM_START_MS = 60_000;

/** Between two looks for days whose answers can be found ahead. Unit: ms. */
const KEEP_ANSWERS_EVERY_MS = 10 * 60_000;

/** Between two looks at how much of the last day is missing. Unit: ms. */
const LOSS_EVERY_MS = 15 * 60_000;

/** Between two times that calls of the WeChat APIs are written down: what a killed process forgets of them. Unit: ms. */
const CALLS_EVERY_MS = 5_000;

/** Sessions nobody reported on for this long after their events are past are forgotten, so that a repeated import finds its own. Unit: days. */
const REMEMBER_SESSIONS_DAYS = 40;

export interface JobsDeps {
  apps: Apps;
  spool: Spool;
  /** Where several collectors take batches. */
  sharedLedger: SharedLedger | undefined;
  access: Access;
  people: People;
  events: EventPusher;
  rollupJobs: RollupJobs;
  keepJob: Job['run'];
  eraser: Pick<Eraser, 'finishErasures'>;
  rollingUp: Store;
  watching: Store;
  meters: Meters;
  log: Logger;
  now: () => number;
}

/**
 * Everything that is done again and again: by every process for itself, and by one of them for all. What is in one list
 * waits for each other; what takes long, such as finding answers ahead, holds up no other list.
 */
export function listJobs(deps: JobsDeps): { own: Job[]; shared: Job[][] } {
  const { apps, spool, sharedLedger, access, people, events, rollupJobs, keepJob, eraser } = deps;
  const { rollingUp, watching, meters, log, now } = deps;
  const forgetBefore = async () => {
    const keptDays = Math.max(60, ...(await apps.list()).map(({ keeping }) => keeping.eventsDays));
    return Math.floor(now() / DAY_MS) - keptDays - REMEMBER_SESSIONS_DAYS;
  };

  const own: Job[] = [
    { name: 'forget sessions', everyMs: HOUR_MS, run: async () => spool.forgetSessions(await forgetBefore()) },
    { name: 'write down calls', everyMs: CALLS_EVERY_MS, run: access.flush },
  ];

  const inStore: Job[] = [
    { name: 'roll up', everyMs: 10_000, run: rollupJobs.rollUpDirty },
    {
      name: 'add up periods',
      everyMs: HOUR_MS,
      firstAfterMs: CALM_START_MS,
      run: async () => {
        for (const { appid } of await apps.list()) await rollupJobs.addUpPeriods(appid);
      },
    },
    {
      name: 'measure loss',
      everyMs: LOSS_EVERY_MS,
      firstAfterMs: CALM_START_MS,
      run: async () => {
        const sum = { numbered: 0, missing: 0 };
        for (const { appid } of await apps.list()) {
          const { numbered, missing } = await lossOfLastDay(watching, appid, now());
          sum.numbered += numbered;
          sum.missing += missing;
        }
        meters.foundLoss(sum);
      },
    },
    { name: 'finish erasures', everyMs: 60_000, run: eraser.finishErasures },
    { name: 'sweep replaced rollups', everyMs: HOUR_MS, run: rollupJobs.sweep },
    // Whoever has just brought history has time to say how long to keep it.
    { name: 'drop what is past', everyMs: DAY_MS, firstAfterMs: HOUR_MS, run: keepJob },
  ];

  const ahead: Job[] = [
    {
      name: 'keep answers',
      everyMs: KEEP_ANSWERS_EVERY_MS,
      firstAfterMs: CALM_START_MS,
      run: async (stopping) => {
        for (const { appid, timezone } of await apps.list()) {
          const questions = [
            ...standingQuestions(rollingUp, appid, now()),
            ...standingIssues(rollingUp, appid, now()),
            ...standingCohorts(rollingUp, { appid, timezone }, now()),
          ];
          await rollupJobs.keepAnswers(appid, questions, stopping);
        }
      },
    },
  ];

  const inAccounts: Job[] = [
    { name: 'forget calls', everyMs: HOUR_MS, run: access.forget },
    { name: 'forget ended sessions and links', everyMs: HOUR_MS, run: people.forget },
    {
      name: 'push tickets',
      everyMs: TICKET_PUSH_S * 1000,
      // A receiver that takes its time holds up no other job.
      run: async () => void events.pushTickets().catch((err) => log.warn({ err }, 'No ticket was pushed')),
    },
    {
      name: 'forget shared sessions',
      everyMs: HOUR_MS,
      run: async () => sharedLedger?.forgetSessions(await forgetBefore()),
    },
  ];
  return { own, shared: [inStore, ahead, inAccounts] };
}
