import type { ENDPOINTS } from '@minilens/wechat/endpoints';
import { INTERFACE_METRICS } from '@minilens/wire/report-api';
import { type AskedServer, checkReport, checkWechat, startAsked } from './asked-server.js';
import { type History, openHistory } from './kept-history.js';
import { chinaDay, overviewQuestions } from './report-questions.js';
import { median, type Row } from './row.js';
import { issuesOf, wechatQuestions } from './wechat-questions.js';

const DAY_MS = 86_400_000;
const BAR = 1.5;

/** Questions of one kind, from the newest days back. */
const MOST = 20;

/** The first of each kind warm what any question needs, and do not count. */
const WARMING = 2;

/** Questions that rollups answer, none of them twice: what was asked before is remembered. */
interface Kind {
  name: string;
  ask: (() => Promise<Response>)[];
  check: (text: string, response: Response) => void;
}

/**
 * How much longer rollups take to answer when there are ten times the events: a server over the history beside one over a
 * tenth of it, which are asked the same in turn, each question for the first time.
 */
export async function benchGrowth(large: History): Promise<Row[]> {
  const small = await openHistory({ events: Math.round(large.asked / 10) });
  const servers: AskedServer[] = [];
  try {
    for (const history of [small, large]) servers.push(await startAsked(history));
    const [before, after] = await Promise.all(servers.map(kindsOf));
    const note = `first answers, over ${millionsOf(large)} beside ${millionsOf(small)} M events in ${large.days} days`;
    const grown = [];
    for (const [index, kind] of (after ?? []).entries()) grown.push(await compare(before?.[index] as Kind, kind));
    const rows = grown.map(({ name, fromMs, toMs }) => ({ name, ratio: rounded(toMs / fromMs), fromMs, toMs }));
    const wechat = rows.filter(({ name }) => name.startsWith('WeChat API'));
    const beyond = wechat.filter(({ ratio }) => ratio > BAR);
    return [
      {
        name: 'growth: WeChat APIs, median of all',
        value: median(wechat.map(({ ratio }) => ratio)),
        ...{ unit: '×', bar: `≤ ${BAR}`, note },
      },
      ...[...beyond, ...rows.filter((row) => !wechat.includes(row))].map(({ name, ratio, fromMs, toMs }) => ({
        name: `growth: ${name}`,
        value: ratio,
        ...{ unit: '×', bar: `≤ ${BAR}`, note: `${rounded(toMs)} against ${rounded(fromMs)} ms` },
      })),
    ];
  } finally {
    for (const server of servers) await server.stop();
    small.close();
  }
}

async function kindsOf(server: AskedServer): Promise<Kind[]> {
  const { endAt, days } = server.history;
  const daysBack = (n: number) => endAt - n * DAY_MS;
  const times = [...Array(MOST).keys()];
  const wechat = Object.entries(wechatQuestions(endAt, days, await issuesOf(server))).map(([name, ask]): Kind => {
    const [endpoint] = name.split(' ') as [keyof typeof ENDPOINTS];
    const bodies = new Map(times.map((n) => [JSON.stringify(ask(n)), ask(n)]));
    return {
      name: `WeChat API: ${name}`,
      ask: [...bodies.values()].map((body) => () => server.wechat(endpoint, body)),
      check: checkWechat,
    };
  });
  const interfaces = `from=${chinaDay(daysBack(days))}&to=${chinaDay(endAt)}`;
  const week = (n: number) => `from=${chinaDay(daysBack(n + 7))}&to=${chinaDay(daysBack(n))}`;
  const report = (name: string, ask: Kind['ask']): Kind => ({ name, ask, check: checkReport });
  return [
    ...wechat,
    report(
      'an overview in one request',
      times.map((n) => () => server.questions(overviewQuestions(daysBack(n)))),
    ),
    report(
      'interface list of 30 days',
      INTERFACE_METRICS.map((metric) => () => server.report(`/interfaces?${interfaces}&sort=${metric}`)),
    ),
    report(
      'interface details of 7 days',
      times.map((n) => () => server.report(`/interfaces/requestPayment?${week(n)}`)),
    ),
  ];
}

/** The medians of both, asked in turn. A kind of few questions spares none to warm. */
async function compare(before: Kind, after: Kind): Promise<{ name: string; fromMs: number; toMs: number }> {
  const waits: [from: number, to: number][] = [];
  process.stderr.write(`\r\u001b[K${after.name}, grown …`);
  for (const [n, ask] of after.ask.entries()) waits.push([await wait(before, before.ask[n]), await wait(after, ask)]);
  process.stderr.write('\r\u001b[K');
  const counted = waits.length > 2 * WARMING ? waits.slice(WARMING) : waits;
  return {
    name: after.name,
    fromMs: median(counted.map(([from]) => from)),
    toMs: median(counted.map(([, to]) => to)),
  };
}

async function wait({ name, check }: Kind, ask: Kind['ask'][number] | undefined): Promise<number> {
  if (ask === undefined) throw new Error(`${name} has fewer questions over the smaller history`);
  const startedAt = performance.now();
  const response = await ask();
  const text = await response.text();
  const tookMs = performance.now() - startedAt;
  check(text, response);
  return tookMs;
}

const millionsOf = ({ events }: History) => (events / 1e6).toFixed(events < 1e7 ? 1 : 0);
const rounded = (value: number) => Number(value.toFixed(1));
