import type { Outcome } from '@minilens/wire/event';
import type { AnswerRows, Answers, Filters, QuestionBody } from '@minilens/wire/questions';
import type { CallRecordList } from '@minilens/wire/records';
import type {
  InterfaceDetail,
  InterfaceList,
  InterfaceMetric,
  InterfaceRow,
  TrendPoint,
} from '@minilens/wire/report-api';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { appPath } from './app-path';
import { type AskedPage, type AskedRange, FOLLOW_STEP_MS } from './asked';
import { getJson, postJson } from './http';

// A record, not a list: a metric that the contract gains does not compile until it stands here.
const METRICS: Record<InterfaceMetric, true> = {
  calls: true,
  success: true,
  errors: true,
  cancel: true,
  unknown: true,
  successRate: true,
  successRateWithoutCancels: true,
  affectedUsers: true,
  failedUsers: true,
  durationP50Ms: true,
  durationP75Ms: true,
  durationP95Ms: true,
  durationP99Ms: true,
};
export const INTERFACE_METRICS = Object.keys(METRICS) as InterfaceMetric[];

export type InterfaceSort = 'name' | InterfaceMetric;
interface Narrowed extends AskedRange {
  filters: Filters | undefined;
}
interface InterfaceListQuestion extends Narrowed, AskedPage {
  search: string | undefined;
  sort: InterfaceSort;
  order: 'asc' | 'desc';
}
interface InterfaceQuestion extends Narrowed {
  grain: 'hour' | 'day';
}
interface CallRecordQuestion extends AskedRange, AskedPage {
  user: string | undefined;
  ip: string | undefined;
  outcome: Outcome | undefined;
}

export const interfaceList = (app: string, question: InterfaceListQuestion) =>
  queryOptions({
    queryKey: ['interfaces', app, question] as const,
    queryFn: async ({ signal }): Promise<InterfaceList> => {
      const { search, sort, order, limit, offset, ...narrowed } = question;
      const { list } = await ask(
        app,
        narrowed,
        {
          list: {
            metrics: INTERFACE_METRICS,
            by: ['name'],
            ...(search !== undefined && { nameContains: search }),
            sort: { by: sort, order },
            ...{ limit, offset },
          },
        },
        signal,
      );
      return { range: list.range, total: list.total, items: list.rows as unknown as InterfaceRow[] };
    },
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });

/** Calls of each interface through the range, one value an hour, day or week. */
export const callTrends = (app: string, names: readonly string[], range: Narrowed, grain: LineGrain, nowMs: number) =>
  queryOptions({
    queryKey: ['call trends', app, names, range, grain] as const,
    queryFn: async ({ signal }): Promise<Map<string, number[]>> => {
      const answers = await ask(app, range, callTrendQuestions(names, range, grain), signal);
      return callsThroughTime(names, answers, grain, nowMs);
    },
    enabled: names.length > 0,
    placeholderData: keepPreviousData,
    staleTime: FOLLOW_STEP_MS,
  });

export const interfaceDetail = (app: string, name: string, { grain, ...narrowed }: InterfaceQuestion) =>
  queryOptions({
    queryKey: ['interface', app, name, narrowed, grain] as const,
    queryFn: async ({ signal }): Promise<InterfaceDetail> => {
      const { summary, trend, versions, messages } = await ask(
        app,
        { ...narrowed, filters: { ...narrowed.filters, name: [name] } },
        {
          summary: { metrics: INTERFACE_METRICS },
          trend: {
            metrics: ['calls', 'success', 'errors', 'cancel', 'unknown', 'successRate'],
            by: [grain],
            fill: true,
          },
          versions: {
            metrics: INTERFACE_METRICS,
            by: ['version'],
            sort: { by: 'calls', order: 'desc' },
            limit: MOST_VERSIONS,
          },
          messages: {
            metrics: ['callMessages', 'messageUsers', 'messageFirstAt', 'messageLastAt'],
            by: ['outcome', 'message'],
            sort: { by: 'callMessages', order: 'desc' },
            limit: MOST_MESSAGES,
          },
        },
        signal,
      );
      return {
        range: summary.range,
        grain,
        summary: { name, ...summary.rows[0] } as InterfaceRow,
        trend: trend.rows.map(({ [grain]: at, ...point }) => ({ at, ...point })) as TrendPoint[],
        versions: versions.rows as unknown as InterfaceDetail['versions'],
        messages: messages.rows.map((row) => ({
          errMsg: row.message,
          outcome: row.outcome,
          calls: row.callMessages,
          users: row.messageUsers,
          firstAt: row.messageFirstAt,
          lastAt: row.messageLastAt,
        })) as InterfaceDetail['messages'],
      };
    },
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });
const MOST_VERSIONS = 50;
const MOST_MESSAGES = 20;

/** Single calls. The filters of the screen do not narrow them. */
export const callRecords = (app: string, name: string, question: CallRecordQuestion) =>
  queryOptions({
    queryKey: ['records', app, name, question] as const,
    queryFn: ({ signal }) =>
      getJson<CallRecordList>(
        `${appPath(app)}/interfaces/${encodeURIComponent(name)}/records`,
        { ...question },
        signal,
      ),
    placeholderData: keepPreviousData,
    refetchInterval: FOLLOW_STEP_MS,
  });

/** The answers to some questions, in one request. */
async function ask<Name extends string>(
  app: string,
  { filters, from, to }: Narrowed,
  questions: Record<Name, QuestionBody>,
  signal: AbortSignal,
) {
  const body = { from, to, ...(filters && { filters }), questions };
  const { answers } = await postJson<Answers>(`${appPath(app)}/questions`, body, signal);
  return answers as Record<Name, Answers['answers'][string]>;
}

/** The most rows of an answer. */
const MAX_ROWS = 1_000;
const DAY_MS = 86_400_000;
const STEP_MS = { hour: DAY_MS / 24, day: DAY_MS, week: 7 * DAY_MS };
type LineGrain = keyof typeof STEP_MS;

const daysOf = ({ from, to }: AskedRange) => (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;

/** A line as wide as a word has no room for more points than this of days. */
export const lineGrain = (range: AskedRange, grain: 'hour' | 'day'): LineGrain => (daysOf(range) > 90 ? 'week' : grain);

/** As many interfaces in each question as its rows have room for, and one that says which hours or days there are. */
export function callTrendQuestions(
  names: readonly string[],
  { filters, ...range }: Narrowed,
  grain: LineGrain,
): Record<string, QuestionBody> {
  const points = Math.ceil((daysOf(range) * DAY_MS) / STEP_MS[grain]) + 1;
  const size = Math.max(1, Math.floor(MAX_ROWS / points));
  const parts = Array.from({ length: Math.ceil(names.length / size) }, (_, part) =>
    names.slice(part * size, (part + 1) * size),
  );
  return {
    all: { metrics: ['calls'], by: [grain], fill: true },
    ...Object.fromEntries(
      parts.map((part, index): [string, QuestionBody] => [
        `part${index}`,
        { metrics: ['calls'], by: ['name', grain], filters: { ...filters, name: [...part] }, limit: MAX_ROWS },
      ]),
    ),
  };
}

/** For each interface the calls of every hour, day or week up to now, zero where there were none. */
export function callsThroughTime(
  names: readonly string[],
  { all, ...parts }: Record<string, { rows: AnswerRows }>,
  grain: LineGrain,
  nowMs: number,
): Map<string, number[]> {
  const places = new Map(
    (all?.rows ?? []).filter((row) => Number(row[grain]) <= nowMs).map((row, index) => [row[grain], index]),
  );
  const lines = new Map(names.map((name) => [name, Array.from({ length: places.size }, () => 0)]));
  for (const row of Object.values(parts).flatMap(({ rows }) => rows)) {
    const place = places.get(row[grain] ?? null);
    const line = lines.get(String(row.name));
    if (place !== undefined && line) line[place] = Number(row.calls);
  }
  return lines;
}
