import { setTimeout as sleep } from 'node:timers/promises';
import { ordinaryBatch } from '@minilens/simulator/ordinary-batch';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import type { Answers } from '@minilens/wire/questions';
import type { CallRecordList } from '@minilens/wire/records';
import { INTERFACE_METRICS, type NewApp } from '@minilens/wire/report-api';
import { checkReport, startAsked } from './asked-server.js';
import { benchGrowth } from './growth.js';
import { type History, openHistory } from './kept-history.js';
import { chinaDay, issuesWeek, issueWeek, overviewQuestions, platformWeek, wechatWeek } from './report-questions.js';
import { percentile, type Row } from './row.js';
import { waitsOf } from './waits.js';
import { askEveryEndpoint } from './wechat-questions.js';

const DAY_MS = 86_400_000;

/** How long answers take over 30 days of history, and what the history weighs. */
export async function benchQuestions({ events = 5_000_000 } = {}): Promise<Row[]> {
  const history = await openHistory({ events });
  try {
    return [...(await benchAnswers(history)), ...(await benchGrowth(history))];
  } finally {
    history.close();
  }
}

async function benchAnswers(history: History): Promise<Row[]> {
  const { app, endAt, days, note: millions } = history;
  const server = await startAsked(history);
  const { report, questions } = server;
  const rangeOf = (n: number, to = endAt) => `from=${chinaDay(to - n * DAY_MS)}&to=${chinaDay(to)}`;
  const month = rangeOf(days);
  /** Ends on another day each, so that about one in eight was not asked for before. */
  const another = (n: number) => endAt - (n % (days - 7)) * DAY_MS;

  try {
    const { items } = (await (
      await report(`/interfaces/requestPayment/records?${month}&limit=50`)
    ).json()) as CallRecordList;
    const pick = (n: number) => items[n % items.length] as CallRecordList['items'][number];

    const { answers } = (await (await questions(issuesWeek(endAt))).json()) as Answers;
    const issue = String(answers.issues?.rows[0]?.issue);

    return [
      ...(await askEveryEndpoint(server)),
      ...(await whileEventsComeIn(server.url, app, () => askEveryEndpoint(server, 'while events come in'))),
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

const waits = (ask: (n: number) => Promise<Response>) => waitsOf('report API', ask, checkReport);

const rounded = (ms: number) => Number(ms.toFixed(1));
