import { type Static, Type } from 'typebox';
import { success } from './success.js';

/** The last day less the first, at most. Unit: days. */
export const PERFORMANCE_MAX_SPAN_DAYS = 30;

/** What can be asked for, and the tables it is answered with. Where `ours` stands the platform's ids are not known. */
export const PERFORMANCE_MODULES = {
  10016: { meaning: 'Open rate', tables: [{ id: 'openrate', zh: '打开率', unit: '%', ours: true }] },
  10017: {
    meaning: 'Duration of each launch stage',
    tables: [
      { id: 'appLaunch', zh: '启动总耗时', unit: 'ms', ours: true },
      { id: 'downloadPackage', zh: '下载耗时', unit: 'ms', ours: true },
      { id: 'evaluateScript', zh: '代码注入耗时', unit: 'ms', ours: true },
      { id: 'firstRender', zh: '首次渲染耗时', unit: 'ms', ours: true },
    ],
  },
  10021: { meaning: 'Duration of page switches', tables: [{ id: 'costtime', zh: '耗时', unit: 'ms', ours: false }] },
  10022: {
    meaning: 'Memory',
    tables: [
      { id: 'memorydiff', zh: '内存增长均值', unit: 'MB', ours: false },
      { id: 'memory', zh: '内存均值', unit: 'MB', ours: false },
    ],
  },
  10023: {
    meaning: 'Memory exceptions',
    tables: [
      { id: 'memorywarning', zh: '内存告警次数', unit: 'count', ours: true },
      { id: 'memorywarningrate', zh: '内存告警率', unit: '%', ours: true },
    ],
  },
} as const;

/** What answers can be narrowed to, and the values it may have. `-1` is all, as is a filter left out. */
export const PERFORMANCE_FILTERS = {
  networktype: { '-1': 'All', '3g': '3G', '4g': '4G', wifi: 'Wi-Fi' },
  device_level: { '-1': 'All', '1': 'High-end', '2': 'Middle', '3': 'Low-end' },
  device: { '-1': 'All', '1': 'iOS', '2': 'Android' },
} as const;
export type PerformanceFilter = keyof typeof PERFORMANCE_FILTERS;

export const PerformanceBootRequest = Type.Object({
  module: Type.Union([Type.String(), Type.Integer()], {
    description: 'A key of PERFORMANCE_MODULES; samples send text',
  }),
  time: Type.Object({
    begin_timestamp: Type.Integer({ description: 'A moment of the first day in China. Unit: s since the Unix epoch' }),
    end_timestamp: Type.Integer({ description: 'A moment of the last day in China. Unit: s since the Unix epoch' }),
  }),
  params: Type.Array(
    Type.Object({
      field: Type.String({ description: 'A key of PERFORMANCE_FILTERS' }),
      value: Type.String({ description: 'One of its values; some clients send several with commas between' }),
    }),
  ),
});
export type PerformanceBootRequest = Static<typeof PerformanceBootRequest>;

export const PerformanceTable = Type.Object({
  id: Type.String(),
  lines: Type.Array(
    Type.Object({
      fields: Type.Array(
        Type.Object({
          refdate: Type.String({ description: 'yyyyMMdd, ascending, each day of the period' }),
          value: Type.String({ description: 'A number of at most 4 decimals; `0` for a day without data' }),
        }),
      ),
    }),
  ),
  zh: Type.String({ description: 'What the table shows, in Chinese' }),
});
export type PerformanceTable = Static<typeof PerformanceTable>;

export const PerformanceBootAnswer = Type.Object({
  ...success,
  data: Type.Object({
    body: Type.Object({
      tables: Type.Array(PerformanceTable),
      count: Type.Integer({ minimum: 0, description: 'Number of tables' }),
    }),
  }),
});
export type PerformanceBootAnswer = Static<typeof PerformanceBootAnswer>;
