import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import type { Answers } from '@minilens/wire/questions';
import type { CallRecordList } from '@minilens/wire/records';
import { INTERFACE_METRICS, type NewApp } from '@minilens/wire/report-api';
import { startServer } from '../test/process/server-process.js';
import { openHistory } from './kept-history.js';
import { issuesWeek, issueWeek, overviewQuestions, platformWeek, wechatWeek } from './report-questions.js';
import { percentile, type Row } from './row.js';
import { waitsOf } from './waits.js';
import { askEveryEndpoint } from './wechat-questions.js';

const DAY_MS = 86_400_000;

/** How long answers take over 30 days of history, and what the history weighs. */
export async function benchQuestions({ events = 5_000_000 } = {}): Promise<Row[]> {
  const history = await openHistory({ events });
  const { data, app, endAt, days, note: millions } = history;
  const server = await startServer(data);
  await untilTidy(server.url);
  const { token } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { token: string };
  const report = (path: string) =>
    fetch(`${server.url}/api/v1/apps/${app.appid}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const questions = (body: object) =>
    fetch(`${server.url}/api/v1/apps/${app.appid}/questions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  const rangeOf = (n: number, to = endAt) => `from=${chinaDay(to - n * DAY_MS)}&to=${chinaDay(to)}`;
  const month = rangeOf(days);
  /** Ends on another day each, so that about one in eight was not asked for before. */
  const another = (n: number) => endAt - (n % (days - 7)) * DAY_MS;

  try {
    const login = (await (
      await fetch(`${server.url}/cgi-bin/token?grant_type=client_credential&appid=${app.appid}&secret=${app.secret}`)
    ).json()) as { access_token: string };
    const { items } = (await (
      await report(`/interfaces/requestPayment/records?${month}&limit=50`)
    ).json()) as CallRecordList;
    const pick = (n: number) => items[n % items.length] as CallRecordList['items'][number];

    const { answers } = (await (await questions(issuesWeek(endAt))).json()) as Answers;
    const issue = String(answers.issues?.rows[0]?.issue);

    const asked = { ...server, accessToken: login.access_token, endAt, days, note: millions };
    return [
      ...(await askEveryEndpoint(asked)),
      ...(await whileEventsComeIn(server.url, app, () =>
        askEveryEndpoint({ ...asked, comingIn: 'while events come in' }),
      )),
      ...(await p50AndP99('interface list of 30 days', `${millions}; sorted by another metric each`, (n) =>
        report(`/interfaces?${month}&sort=${INTERFACE_METRICS[n % INTERFACE_METRICS.length]}`),
      )),
      ...(await p50AndP99('interface details of 7 days', `${millions}; of another week each`, (n) =>
        report(`/interfaces/requestPayment?${rangeOf(7, another(n))}`),
      )),
      ...(await p50AndP99('an overview in one request', `${millions}; of another day each`, (n) =>
        questions(overviewQuestions(another(n))),
      )),
      {
        name: 'questions: visits, new users and calls of 7 days on one platform, longest',
        value: await longest((n) => questions(platformWeek(another(n)))),
        unit: 'ms',
        note: `${millions}; of another week each; new users and calls are counted from events`,
      },
      {
        name: 'questions: visits of 7 days with one version of WeChat, longest',
        value: await longest((n) => questions(wechatWeek(another(n)))),
        unit: 'ms',
        note: `${millions}; of another week each; counted from events`,
      },
      {
        name: 'questions: errors of one issue in 7 days on one platform, longest',
        value: await longest((n) => questions(issueWeek(another(n), issue))),
        unit: 'ms',
        note: `${millions}; of another week each; counted from events`,
      },
      {
        name: 'questions: single errors of one issue in 30 days, p99',
        value: await p99((n) => report(`/events?${month}&issue=${issue}&offset=${n * 50}`)),
        unit: 'ms',
        note: `${millions}; page by page`,
      },
      {
        name: 'questions: call records of one interface in 30 days, p99',
        value: await p99((n) =>
          report(`/interfaces/requestPayment/records?${month}&offset=${n * 50}${n % 2 ? '&outcome=fail' : ''}`),
        ),
        unit: 'ms',
        note: `${millions}; of everybody, page by page, every other one of those that failed`,
      },
      {
        name: 'questions: call records of one user in 30 days, p99',
        value: await p99((n) => report(`/interfaces/requestPayment/records?${month}&user=${pick(n).user}`)),
        unit: 'ms',
        bar: '≤ 300',
        note: millions,
      },
      {
        name: 'questions: call records of one IP in 30 days, p99',
        value: await p99((n) => report(`/interfaces/requestPayment/records?${month}&ip=${pick(n).ip}`)),
        unit: 'ms',
        bar: '≤ 300',
        note: millions,
      },
      {
        name: 'questions: one session by its id, p99',
        value: await p99((n) => report(`/sessions/${pick(n).session}`)),
        unit: 'ms',
        bar: '≤ 300',
        note: millions,
      },
      {
        name: 'questions: sessions of one user in 30 days, p99',
        value: await p99((n) => report(`/sessions?${month}&user=${pick(n).user}`)),
        unit: 'ms',
        bar: '≤ 300',
        note: millions,
      },
      {
        name: 'questions: newest sessions of 30 days, p99',
        value: await p99(() => report(`/sessions?${month}`)),
        unit: 'ms',
        note: millions,
      },
      {
        name: 'questions: live, p99',
        value: await p99(() => report('/live')),
        unit: 'ms',
        bar: '≤ 300',
        note: millions,
      },
      {
        name: 'disk: bytes an event, rollups and indexes included',
        value: Number((history.made.bytesOnDisk / history.events).toFixed(1)),
        unit: 'bytes',
        bar: '≤ 25',
        note: millions,
      },
      ...(history.isNew
        ? [
            {
              name: 'rollups: events computed again',
              value: Math.round(history.events / history.made.rollUpSeconds),
              unit: 'events/s',
            },
          ]
        : []),
    ];
  } finally {
    await server.stop();
    history.close();
  }
}

/** A server that was just started tidies up first, and finds the answers that it keeps. */
async function untilTidy(url: string): Promise<void> {
  const hasRun = (metrics: string, job: string) =>
    new RegExp(`minilens_job_last_success_timestamp_seconds\\{job="${job}"\\} [1-9]`).test(metrics);
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (hasRun(metrics, 'sweep replaced rollups') && hasRun(metrics, 'keep answers')) return;
    await sleep(500);
  }
}

/** Between two batches of 20 events that come in: some come between any two answers that the loader waits for. Unit: ms. */
const BATCH_EVERY_MS = 100;

async function whileEventsComeIn<T>(url: string, app: NewApp, work: () => Promise<T>): Promise<T> {
  const random = createSeededRandom(17);
  const ended = new AbortController();
  const coming = (async () => {
    while (!ended.signal.aborted) {
      const body = JSON.stringify(ordinaryBatch(app, random, Date.now() - 120_000));
      const { status } = await fetch(`${url}/v1/collect`, { method: 'POST', body });
      if (status !== 200) throw new Error(`A batch was answered ${status}`);
      await sleep(BATCH_EVERY_MS);
    }
  })();
  try {
    return await work();
  } finally {
    ended.abort();
    await coming;
  }
}

/** Of what is counted from events, a large history may have more than a question may read. */
async function longest(ask: (n: number) => Promise<Response>): Promise<number | string> {
  const answer = await ask(0);
  if (answer.status === 422) return 'refused: too many events';
  return rounded(Math.max(...(await waits(ask))));
}

/** What it asks comes again every so often, and is remembered then: the longest were asked for the first time. */
async function p50AndP99(name: string, note: string, ask: (n: number) => Promise<Response>): Promise<Row[]> {
  const all = await waits(ask);
  return [50, 99].map((p) => ({
    name: `questions: ${name}, p${p}`,
    value: rounded(percentile(all, p)),
    unit: 'ms',
    ...(p === 99 && { bar: '≤ 300' }),
    note,
  }));
}

const p99 = async (ask: (n: number) => Promise<Response>): Promise<number> => rounded(percentile(await waits(ask), 99));

const waits = (ask: (n: number) => Promise<Response>) =>
  waitsOf('report API', ask, (text, { ok }) => {
    if (!ok || text.includes('errcode')) throw new Error(`A question was refused: ${text}`);
  });

const rounded = (ms: number) => Number(ms.toFixed(1));

const chinaDay = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);
