import { ENDPOINTS } from '@minilens/wechat/endpoints';
import {
  PERFORMANCE_FILTERS,
  PERFORMANCE_MAX_SPAN_DAYS,
  PERFORMANCE_MODULES,
  PerformanceBootAnswer,
  PerformanceBootRequest,
  type PerformanceFilter,
} from '@minilens/wechat/performance-boot';
import type { Analysis, DeviceFilter } from './analysis.js';
import { compactDay, daysOfMoments } from './china-day.js';
import type { Serve } from './serve.js';
import { WechatError } from './wechat-error.js';

/**
 * POST /wxa/business/performance/boot: one line of daily values for each number of a module. Throws 40097 for a module,
 * filter or value that is not offered, and for a time that is no time or too long.
 */
export function servePerformanceBoot(serve: Serve, { performance }: Analysis): void {
  serve({
    endpoint: ENDPOINTS.getPerformanceData,
    request: PerformanceBootRequest,
    answer: PerformanceBootAnswer,
    async find({ module, time, params }, { appid }): Promise<PerformanceBootAnswer> {
      const tables = tablesOf(String(module));
      const metrics = tables.map(({ id }) => id);
      const rows = await performance(appid, daysOf(time), metrics, filterOf(params));
      return {
        errcode: 0,
        errmsg: 'ok',
        data: {
          body: {
            tables: tables.map(({ id, zh }) => ({
              id,
              lines: [{ fields: rows.map((row) => ({ refdate: compactDay(row.day), value: String(row[id] ?? 0) })) }],
              zh,
            })),
            count: tables.length,
          },
        },
      };
    },
  });
}

function tablesOf(module: string) {
  const found = Object.entries(PERFORMANCE_MODULES).find(([name]) => name === module);
  if (found === undefined) throw new WechatError(40097);
  return found[1].tables;
}

function daysOf({ begin_timestamp: begin, end_timestamp: end }: PerformanceBootRequest['time']) {
  const days = daysOfMoments(begin, end, PERFORMANCE_MAX_SPAN_DAYS);
  if (days === undefined) throw new WechatError(40097);
  return days;
}

/** What devices report for the values of a filter. */
const WORDS: Record<PerformanceFilter, [keyof DeviceFilter, (value: string) => string | number]> = {
  networktype: ['network', String],
  device_level: ['level', Number],
  device: ['platform', (value) => (value === '1' ? 'ios' : 'android')],
};

/** Several values with commas between are a set: what has any of them. A field named twice must fit both times. */
function filterOf(params: PerformanceBootRequest['params']): DeviceFilter {
  const filter: Record<string, (string | number)[]> = {};
  for (const { field, value } of params) {
    if (!Object.hasOwn(PERFORMANCE_FILTERS, field)) throw new WechatError(40097);
    const offered = PERFORMANCE_FILTERS[field as PerformanceFilter];
    const values = value.split(',').map((word) => word.trim());
    if (values.some((word) => !Object.hasOwn(offered, word))) throw new WechatError(40097);
    if (values.includes('-1')) continue;
    const [column, wordOf] = WORDS[field as PerformanceFilter];
    const words = values.map(wordOf);
    filter[column] = filter[column]?.filter((word) => words.includes(word)) ?? words;
  }
  return filter as DeviceFilter;
}
