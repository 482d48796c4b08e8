import type { ENDPOINTS } from '@minilens/wechat/endpoints';
import type { JsErrListAnswer } from '@minilens/wechat/operation';
import { type AskedServer, checkWechat } from './asked-server.js';
import { percentile, type Row } from './row.js';
import { waitsOf } from './waits.js';

const DAY_MS = 86_400_000;
const CHINA_MS = 8 * 3_600_000;

/** What an endpoint is asked the nth time: another day each, as far as there are others. */
type Ask = (n: number) => Record<string, unknown>;

/** Those that are asked once more while events come in. */
const WHILE_LOADING = ['getDailyVisitTrend', 'getUserPortrait', 'getPerformanceData', 'getInterfaceSummary'];

/**
 * p50 and p99 of every WeChat data API over HTTP, each asked about all days in turn and over again, so that about one
 * answer in seven is a day's first.
 *
 * @param comingIn what a row's name says where events come in meanwhile.
 */
export async function askEveryEndpoint(server: AskedServer, comingIn?: string): Promise<Row[]> {
  const rows: Row[] = [];
  const { endAt, days, note } = server.history;
  const all = Object.entries(wechatQuestions(endAt, days, await issuesOf(server)));
  for (const [name, ask] of comingIn === undefined ? all : all.filter(([name]) => WHILE_LOADING.includes(name))) {
    const [endpoint] = name.split(' ') as [keyof typeof ENDPOINTS];
    const waits = await waitsOf(name, (n) => server.wechat(endpoint, ask(n)), checkWechat);
    const of = (p: number) => Number(percentile(waits, p).toFixed(1));
    const called = `WeChat API: ${name}${comingIn === undefined ? '' : ` ${comingIn}`}`;
    rows.push(
      { name: `${called}, p50`, value: of(50), unit: 'ms', note },
      { name: `${called}, p99`, value: of(99), unit: 'ms', bar: '≤ 20', note },
    );
  }
  return rows;
}

/** Issues of JavaScript errors in the last thirty days, by the hashes that name them. */
export async function issuesOf({ wechat, history: { endAt, days } }: AskedServer): Promise<IssueHashes[]> {
  const list = await wechat('getJsErrList', wechatQuestions(endAt, days, []).getJsErrList?.(2) ?? {});
  return ((await list.json()) as JsErrListAnswer).data;
}

type IssueHashes = Pick<JsErrListAnswer['data'][number], 'errorMsgMd5' | 'errorStackMd5'>;

/**
 * What each of the WeChat data APIs is asked.
 *
 * @param issues of which single errors are asked for
 */
export function wechatQuestions(endAt: number, days: number, issues: readonly IssueHashes[]): Record<string, Ask> {
  const midnight = Math.floor((endAt + CHINA_MS) / DAY_MS) * DAY_MS - CHINA_MS;
  const dateOf = (at: number) => new Date(at + CHINA_MS).toISOString().slice(0, 10);
  /** The day so many before today, of those the history holds whole. */
  const daysAgo = (n: number) => midnight - (1 + (n % (days - 2))) * DAY_MS;
  const compact = (at: number) => dateOf(at).replaceAll('-', '');
  /** Eight days of which the last is so many days ago. */
  const eightDays = (n: number) => ({ from: daysAgo((n % 20) + 7), to: daysAgo(n % 20) });
  const oneDay: Ask = (n) => ({ begin_date: compact(daysAgo(n)), end_date: compact(daysAgo(n)) });
  const weekEnd = midnight - ((new Date(midnight + CHINA_MS).getUTCDay() + 6) % 7) * DAY_MS;
  const oneWeek: Ask = (n) => {
    const end = weekEnd - (n % 3) * 7 * DAY_MS;
    return { begin_date: compact(end - 7 * DAY_MS), end_date: compact(end - DAY_MS) };
  };
  const oneMonth: Ask = () => {
    const end = Date.parse(`${dateOf(midnight).slice(0, 7)}-01T00:00:00+08:00`);
    const begin = Date.parse(`${dateOf(end - DAY_MS).slice(0, 7)}-01T00:00:00+08:00`);
    return { begin_date: compact(begin), end_date: compact(end - DAY_MS) };
  };
  const lastDays: Ask = (n) => ({
    begin_date: compact(midnight - ([1, 7, 30][n % 3] as number) * DAY_MS),
    end_date: compact(midnight - DAY_MS),
  });
  const performance =
    (module: string): Ask =>
    (n) => ({
      module,
      time: { begin_timestamp: eightDays(n).from / 1000, end_timestamp: eightDays(n).to / 1000 },
      params: [{ field: 'device_level', value: '2' }],
    });
  const push: Ask = (n) => ({ begin_date: dateOf(daysAgo(n)), end_date: dateOf(daysAgo(n)) });
  const jsErrors = (from: number, to: number) => ({
    ...{ appVersion: '0', errType: '0', startTime: dateOf(from), endTime: dateOf(to), keyword: '', openid: '' },
    ...{ orderby: 'uv', desc: '1', offset: 0, limit: 30 },
  });
  return {
    getDailySummary: oneDay,
    getDailyVisitTrend: oneDay,
    getWeeklyVisitTrend: oneWeek,
    getMonthlyVisitTrend: oneMonth,
    getDailyRetain: oneDay,
    getWeeklyRetain: oneWeek,
    getMonthlyRetain: oneMonth,
    getVisitDistribution: oneDay,
    getVisitPage: oneDay,
    getUserPortrait: lastDays,
    getPerformanceData: (n) => performance(['10016', '10017', '10021', '10022', '10023'][n % 5] as string)(n),
    getInterfaceSummary: push,
    getInterfaceSummaryHour: push,
    getPerformance: (n) => ({
      cost_time_type: 1 + (n % 3),
      default_start_time: eightDays(n).from / 1000,
      default_end_time: eightDays(n).to / 1000,
      device: '@_all',
      is_download_code: '@_all',
      scene: '@_all',
      networktype: '@_all',
    }),
    getJsErrList: (n) => jsErrors(midnight - ([1, 7, 30][n % 3] as number) * DAY_MS, midnight - DAY_MS),
    'getJsErrList of any eight days': (n) => jsErrors(eightDays(n).from, eightDays(n).to),
    'getJsErrDetail of any eight days': (n) => ({
      ...jsErrors(eightDays(n).from, eightDays(n).to),
      ...{ errorMsgMd5: '', errorStackMd5: '', ...issues[(n % 20) % issues.length] },
      ...{ sdkVersion: '0', osName: '0', clientVersion: '0' },
    }),
    getSceneList: () => ({}),
    getVersionList: () => ({}),
  };
}
