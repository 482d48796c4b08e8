import { type Metric, percentile, ratio, signedRatio } from '../metric.js';
import { OWN_HOUR, QUANTILES, type Source } from '../source.js';

/** What the platform measured in ms: the metric, by the platform's name of the measurement. */
const TIMED = {
  appLaunch: 'appLaunch',
  downloadPackage: 'downloadPackage',
  evaluateScript: 'evaluateScript',
  firstRender: 'firstRender',
  route: 'costtime',
} as const;
type Timed = keyof typeof TIMED;

/** Measurements that a metric is made of; others stay in the events. */
const MEASURED = [...Object.keys(TIMED), 'memory', 'memoryWarning'];

/** Unit: bytes. */
const MB = 1024 ** 2;

export const PERFORMANCE_SOURCES = {
  /** One row an hour, measurement and kind of device: what was measured in that hour. Values are whole, so that their sum needs no order. */
  performance: {
    table: 'performance_hours',
    by: ['version', 'platform', 'level', 'network'],
    columns: ['name', 'measured', 'duration_sum', 'duration_cnt', 'value_sum', 'value_cnt', 'durations'],
    parts: {
      memory_sum: "sumIf(value_sum, name = 'memory')",
      memory_cnt: "sumIf(value_cnt, name = 'memory')",
      warnings: "sumIf(measured, name = 'memoryWarning')",
      ...Object.fromEntries(
        Object.keys(TIMED).flatMap((name) => [
          [`${name}_sum`, `sumIf(duration_sum, name = '${name}')`],
          [`${name}_cnt`, `sumIf(duration_cnt, name = '${name}')`],
          [`${name}_durations`, `quantilesTDigestMergeStateIf${QUANTILES}(durations, name = '${name}')`],
        ]),
      ),
    },
    fromEvents: (hours) => `
SELECT app, ${OWN_HOUR} AS hour, name, version, platform, level, network,
  count() AS measured, toUInt64(sum(ifNull(duration_ms, 0))) AS duration_sum, count(duration_ms) AS duration_cnt,
  sum(toUInt64(round(ifNull(value, 0)))) AS value_sum, count(value) AS value_cnt,
  quantilesTDigestState${QUANTILES}(duration_ms) AS durations
FROM events
WHERE app = {app:String} AND kind = 'performance' AND name IN (${MEASURED.map((name) => `'${name}'`).join(', ')})
  AND ${hours(OWN_HOUR)}
GROUP BY app, hour, name, version, platform, level, network`,
  },
} as const satisfies Record<string, Source>;

const time = { source: 'performance', empty: null, unit: 'ms' } as const;
const mean = (name: Timed) => ratio(`sum(${name}_sum)`, `sum(${name}_cnt)`, null);
const sessions = { source: 'sessions', empty: null } as const;

export const PERFORMANCE_METRICS = {
  openrate: {
    ...sessions,
    unit: '%',
    sql: ratio('sum(launches_ready) * 100', 'sum(launches)', null),
    zh: '打开率',
    en: 'Open rate',
    meaning:
      'Launches whose first page became ready ÷ launches. A session has at most one launch; it belongs to the session.',
  },
  appLaunch: {
    ...time,
    sql: mean('appLaunch'),
    zh: '启动总耗时',
    en: 'Launch',
    meaning: "Mean of the platform's `appLaunch` entries.",
  },
  downloadPackage: {
    ...time,
    sql: mean('downloadPackage'),
    zh: '下载耗时',
    en: 'Package download',
    meaning: "Mean of the platform's `downloadPackage` entries.",
  },
  evaluateScript: {
    ...time,
    sql: mean('evaluateScript'),
    zh: '代码注入耗时',
    en: 'Script evaluation',
    meaning: "Mean of the platform's `evaluateScript` entries.",
  },
  firstRender: {
    ...time,
    sql: mean('firstRender'),
    zh: '首次渲染耗时',
    en: 'First render',
    meaning: "Mean of the platform's `firstRender` entries.",
  },
  costtime: {
    ...time,
    sql: mean('route'),
    zh: '页面切换耗时',
    en: 'Page switch',
    meaning: "Mean of the platform's `route` entries.",
  },
  ...percentilesOf('appLaunch', '启动总耗时', 'Launch'),
  ...percentilesOf('downloadPackage', '下载耗时', 'Package download'),
  ...percentilesOf('evaluateScript', '代码注入耗时', 'Script evaluation'),
  ...percentilesOf('firstRender', '首次渲染耗时', 'First render'),
  ...percentilesOf('route', '页面切换耗时', 'Page switch'),
  memorydiff: {
    ...sessions,
    unit: 'MB',
    sql: signedRatio('sum(memory_growth)', `sum(memory_sessions) * ${MB}`),
    zh: '内存增长均值',
    en: 'Memory growth',
    meaning:
      'Mean of last − first memory sample over the sessions with a sample; a session with one sample grew by 0. It belongs to the session. 1 MB is 1,048,576 bytes.',
  },
  memory: {
    ...time,
    unit: 'MB',
    sql: ratio('sum(memory_sum)', `(sum(memory_cnt) * ${MB})`, null),
    zh: '内存均值',
    en: 'Memory',
    meaning: 'Mean of the memory samples. 1 MB is 1,048,576 bytes.',
  },
  memorywarning: {
    ...time,
    unit: 'count',
    empty: 0,
    sql: 'sum(warnings)',
    zh: '内存告警次数',
    en: 'Memory warnings',
    meaning: 'Memory warnings of the platform.',
  },
  memorywarningrate: {
    ...sessions,
    unit: '%',
    sql: ratio('sum(memory_warned) * 100', 'sum(sessions)', null),
    zh: '内存告警率',
    en: 'Memory warning rate',
    meaning: 'Sessions with at least one memory warning ÷ sessions. It belongs to the session.',
  },
} as const satisfies Record<string, Metric>;

/** Two percentiles of one measurement. */
function percentilesOf<N extends Timed>(name: N, zh: string, en: string) {
  const metrics = {
    P50Ms: {
      ...time,
      sql: percentile(1, `${name}_durations`),
      zh: `${zh} P50`,
      en: `${en} p50`,
      meaning: `Half of the \`${name}\` entries took at most this long.`,
    },
    P95Ms: {
      ...time,
      sql: percentile(3, `${name}_durations`),
      zh: `${zh} P95`,
      en: `${en} p95`,
      meaning: `95 of 100 \`${name}\` entries took at most this long.`,
    },
  } as const;
  return Object.fromEntries(Object.entries(metrics).map(([suffix, metric]) => [`${TIMED[name]}${suffix}`, metric])) as {
    [K in `${(typeof TIMED)[N]}P50Ms` | `${(typeof TIMED)[N]}P95Ms`]: (typeof metrics)['P50Ms'];
  };
}
