import { createHash } from 'node:crypto';
import { listBuckets } from '@minilens/store/buckets';
import { listClientVersions } from '@minilens/store/client-versions';
import type { Store } from '@minilens/store/connect';
import { findUsersByOpenid } from '@minilens/store/erase';
import {
  countAllIssues,
  countIssues,
  type ErrorRecord,
  type ErrorRecordFilter,
  findErrors,
} from '@minilens/store/errors';
import { findIssueHours } from '@minilens/store/issue-hours';
import type { KeptAnswers, KeptQuestion, StandingQuestion } from '@minilens/store/kept-answers';
import { inChina, type Period } from '@minilens/wechat/china-date';

/** A JavaScript error in the words of these APIs: message and stack each with a hash that names it. */
export interface JsErrorWords {
  errorMsg: string;
  errorMsgMd5: string;
  errorStack: string;
  errorStackMd5: string;
}

export interface JsErrorIssue extends JsErrorWords {
  uv: number;
  pv: number;
}

/** Whose errors: of one version of the app, of one person. */
export interface JsErrorScope {
  version?: string | undefined;
  openid?: string | undefined;
}

/** The questions behind the APIs of the operation centre. Periods are full hours, moments Unix ms. */
export interface Operation {
  /** The issues that were met, and what all errors and users with one come to. */
  jsErrorIssues(
    appid: string,
    period: Period,
    scope: JsErrorScope,
  ): Promise<{ issues: JsErrorIssue[]; pv: number; uv: number }>;
  /** Single errors of the issue that the hashes name; none where they name none. */
  jsErrorRecords(
    appid: string,
    period: Period,
    hashes: Pick<JsErrorWords, 'errorMsgMd5' | 'errorStackMd5'>,
    scope: JsErrorScope & Pick<ErrorRecordFilter, 'sdk' | 'wechat' | 'platforms'>,
    page: { limit: number; offset: number; newestFirst: boolean },
  ): Promise<{ total: number; items: ErrorRecord[]; words: JsErrorWords | undefined }>;
  /** Versions of WeChat in the sessions of a period whose last hour is still going on. */
  clientVersions(appid: string, period: Period): Promise<string[]>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Days to yesterday whose errors are asked for again and again. Users cannot be added up, so each is a question of its own. */
const STANDING_DAYS = [1, 7, 30];

/** The issues of everybody's errors, to be kept, so that who asks does not wait. */
export function standingIssues(store: Store, appid: string, nowMs: number): StandingQuestion[] {
  const today = inChina(nowMs).startOf('day').toMillis();
  return STANDING_DAYS.map((howMany) => {
    const period = { from: today - howMany * DAY_MS, to: today };
    return { ...issuesOf(appid, period), find: () => countAllIssues(store, { app: appid, ...period }) };
  });
}

const isStanding = ({ from, to }: Period) => STANDING_DAYS.includes((to - from) / DAY_MS);

const issuesOf = (app: string, { from, to }: Period, version?: string): KeptQuestion => ({
  ...{ app, question: JSON.stringify(['JS errors', version]), start: from, end: to, madeFrom: from },
});

export function createOperation(store: Store, { kept, remembered }: KeptAnswers): Operation {
  const allIssues = (appid: string, period: Period, version?: string) => {
    const recall = version === undefined && isStanding(period) ? kept : remembered;
    return recall(issuesOf(appid, period, version), () => countAllIssues(store, { app: appid, ...period, version }));
  };

  return {
    jsErrorIssues: async (appid, period, { version, openid }) => {
      const scope = { app: appid, ...period, version };
      const { issues, jsErrors, errorUsers } = await allIssues(appid, period, version);
      const asked =
        openid === undefined
          ? issues
          : await countIssues(store, { ...scope, users: await findUsersByOpenid(store, appid, openid) });
      return {
        issues: asked
          .map((row) => ({ ...wordsOf(row), uv: row.errorUsers, pv: row.jsErrors }))
          // Of an error that belongs to a session of another period only one of the two is counted here.
          .filter(({ pv }) => pv > 0),
        pv: jsErrors,
        uv: errorUsers,
      };
    },
    jsErrorRecords: async (appid, period, { errorMsgMd5, errorStackMd5 }, { openid, ...scope }, page) => {
      const { issues } = await allIssues(appid, period);
      const issue = issues
        .map((each) => ({ ...each, words: wordsOf(each) }))
        .find(({ words }) => words.errorMsgMd5 === errorMsgMd5 && words.errorStackMd5 === errorStackMd5);
      if (issue === undefined) return { total: 0, items: [], words: undefined };
      const { error, message, frame, words } = issue;
      const question = JSON.stringify(['JS error records', error, message, frame, openid, scope, page]);
      const asked = { app: appid, question, start: period.from, end: period.to, madeFrom: period.from };
      return remembered(asked, async () => {
        const versions = scope.version === undefined ? undefined : [scope.version];
        const found = await findIssueHours(store, { app: appid, ...period, versions }, { error, message, frame });
        if (found === undefined) return { total: 0, items: [], words };
        const users = openid === undefined ? undefined : await findUsersByOpenid(store, appid, openid);
        return { ...(await findErrors(store, found, { app: appid, ...scope, users }, page)), words };
      });
    },
    clientVersions: async (appid, { from, to }) => {
      // Of this hour there is always more to come.
      const thisHour = to - HOUR_MS;
      const past = { app: appid, question: 'client versions', start: from, end: thisHour, madeFrom: from };
      const isAny = (await listBuckets(store, appid, thisHour, to)).length > 0;
      const versions = await Promise.all([
        remembered(past, () => listClientVersions(store, appid, { from, to: thisHour })),
        isAny ? listClientVersions(store, appid, { from: thisHour, to }) : [],
      ]);
      return [...new Set(versions.flat())].sort();
    },
  };
}

function wordsOf({ error, message, frame }: { error: string; message: string; frame: string }): JsErrorWords {
  const errorMsg = error === '' ? message : `${error}: ${message}`;
  return { errorMsg, errorMsgMd5: md5(errorMsg), errorStack: frame, errorStackMd5: md5(frame) };
}

/** A name, no protection: these APIs name errors so. */
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
