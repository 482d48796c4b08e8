import { type Metric, percentile, share, total } from '../metric.js';
import { ALL_EVENTS, andColumns, EVENT_COLUMNS, OWN_HOUR, QUANTILES, type Source } from '../source.js';
import { LAUNCH_FACTS, perSession } from './per-session.js';

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
const IS_MEASURED = `kind = 'performance' AND name IN (${MEASURED.map((name) => `'${name}'`).join(', ')})`;

/** Unit: bytes. */
const MB = 1024 ** 2;

const SUMS = [
  ...Object.keys(TIMED).flatMap((name) => [`${name}_sum`, `${name}_cnt`]),
  'memory_sum',
  'memory_cnt',
  'warnings',
];
const LAUNCHES = ['launches', 'launches_ready', 'memory_sessions', 'memory_growth', 'memory_warned'];

export const PERFORMANCE_SOURCES = {
  /** One row an hour and kind of device: the sums of what was measured in that hour. So few that weeks of them are read at once. */
  devicePerformance: {
    table: 'device_performance_hours',
    by: ['platform', 'level', 'network'],
    columns: SUMS,
    parts: Object.fromEntries(SUMS.map((part) => [part, `sum(${part})`])),
    fromEvents: (hours) => `
SELECT app, ${OWN_HOUR} AS hour, platform, level, network,
  ${Object.keys(TIMED)
    .map(
      (name) =>
        `toUInt64(sumIf(ifNull(duration_ms, 0), name = '${name}')) AS ${name}_sum, countIf(name = '${name}' AND isNotNull(duration_ms)) AS ${name}_cnt`,
    )
    .join(',\n  ')},
  sumIf(toUInt64(round(ifNull(value, 0))), name = 'memory') AS memory_sum,
  countIf(name = 'memory' AND isNotNull(value)) AS memory_cnt, countIf(name = 'memoryWarning') AS warnings
FROM events
WHERE app = {app:String} AND ${IS_MEASURED} AND ${hours(OWN_HOUR)}
GROUP BY app, hour, platform, level, network`,
    finer: 'performance',
    isSmall: true,
  },

  /** One row an hour and kind of device: what is said of launches in the sessions that start in that hour. As few. */
  launches: {
    table: 'launch_hours',
    by: ['platform', 'level', 'network'],
    columns: ['session_cnt', ...LAUNCHES],
    parts: {
      sessions: 'sum(session_cnt)',
      ...Object.fromEntries(LAUNCHES.map((part) => [part, `sum(${part})`])),
    },
    fromEvents: (hours) => `
SELECT app, session_hour AS hour, device.1 AS platform, device.2 AS level, device.3 AS network, count() AS session_cnt,
  countIf(is_launch) AS launches, countIf(is_launch AND is_ready) AS launches_ready,
  countIf(has_memory) AS memory_sessions, sum(growth) AS memory_growth, countIf(is_warned) AS memory_warned
FROM (${perSession(
      hours,
      `
    argMax((platform, level, network), n) AS device,
    ${LAUNCH_FACTS},`,
    )}
)
GROUP BY app, hour, platform, level, network`,
    finer: 'sessions',
    isSmall: true,
  },

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
    splits: EVENT_COLUMNS,
    fromEvents: (hours, { events, more } = ALL_EVENTS) => `
SELECT app, ${OWN_HOUR} AS hour, name, version, platform, level, network${andColumns(more)},
  count() AS measured, toUInt64(sum(ifNull(duration_ms, 0))) AS duration_sum, count(duration_ms) AS duration_cnt,
  sum(toUInt64(round(ifNull(value, 0)))) AS value_sum, count(value) AS value_cnt,
  quantilesTDigestState${QUANTILES}(duration_ms) AS durations
FROM ${events}
WHERE app = {app:String} AND ${IS_MEASURED} AND ${hours(OWN_HOUR)}
GROUP BY app, hour, name, version, platform, level, network${andColumns(more)}`,
  },
} as const satisfies Record<string, Source>;

const time = { source: 'devicePerformance', empty: null, unit: 'ms' } as const;
const digest = { source: 'performance', empty: null, unit: 'ms' } as const;
const mean = (name: Timed) => share(`${name}_sum`, `${name}_cnt`, { empty: null });
const launches = { source: 'launches', empty: null } as const;

export const PERFORMANCE_METRICS = {
  openrate: {
    ...launches,
    unit: '%',
    ...share('launches_ready', 'launches', { times: 100, empty: null }),
    zh: '打开率',
    en: 'Open rate',
    meaning:
      'Launches whose first page became ready ÷ launches. A session has at most one launch; it belongs to the session.',
    meaningZh: '首个页面就绪的启动次数 ÷ 启动次数。一次会话最多有一次启动，按会话所在时段统计。',
  },
  appLaunch: {
    ...time,
    ...mean('appLaunch'),
    zh: '启动总耗时',
    en: 'Launch',
    meaning: "Mean of the platform's `appLaunch` entries.",
    meaningZh: '平台 `appLaunch` 记录的平均值。',
  },
  downloadPackage: {
    ...time,
    ...mean('downloadPackage'),
    zh: '下载耗时',
    en: 'Package download',
    meaning: "Mean of the platform's `downloadPackage` entries.",
    meaningZh: '平台 `downloadPackage` 记录的平均值。',
  },
  evaluateScript: {
    ...time,
    ...mean('evaluateScript'),
    zh: '代码注入耗时',
    en: 'Script evaluation',
    meaning: "Mean of the platform's `evaluateScript` entries.",
    meaningZh: '平台 `evaluateScript` 记录的平均值。',
  },
  firstRender: {
    ...time,
    ...mean('firstRender'),
    zh: '首次渲染耗时',
    en: 'First render',
    meaning: "Mean of the platform's `firstRender` entries.",
    meaningZh: '平台 `firstRender` 记录的平均值。',
  },
  costtime: {
    ...time,
    ...mean('route'),
    zh: '页面切换耗时',
    en: 'Page switch',
    meaning: "Mean of the platform's `route` entries.",
    meaningZh: '平台 `route` 记录的平均值。',
  },
  ...percentilesOf('appLaunch', '启动总耗时', 'Launch'),
  ...percentilesOf('downloadPackage', '下载耗时', 'Package download'),
  ...percentilesOf('evaluateScript', '代码注入耗时', 'Script evaluation'),
  ...percentilesOf('firstRender', '首次渲染耗时', 'First render'),
  ...percentilesOf('route', '页面切换耗时', 'Page switch'),
  memorydiff: {
    ...launches,
    unit: 'MB',
    ...share('memory_growth', 'memory_sessions', { unit: MB, isSigned: true, empty: null }),
    zh: '内存增长均值',
    en: 'Memory growth',
    meaning:
      'Mean of last − first memory sample over the sessions with a sample; a session with one sample grew by 0. It belongs to the session. 1 MB is 1,048,576 bytes.',
    meaningZh:
      '在有内存采样的会话中，最后一次减第一次采样的平均值；只有一次采样的会话增长为 0。按会话所在时段统计。1 MB 为 1,048,576 字节。',
  },
  memory: {
    ...time,
    unit: 'MB',
    ...share('memory_sum', 'memory_cnt', { unit: MB, empty: null }),
    zh: '内存均值',
    en: 'Memory',
    meaning: 'Mean of the memory samples. 1 MB is 1,048,576 bytes.',
    meaningZh: '内存采样的平均值。1 MB 为 1,048,576 字节。',
  },
  memorywarning: {
    ...time,
    unit: 'count',
    empty: 0,
    ...total('warnings'),
    zh: '内存告警次数',
    en: 'Memory warnings',
    meaning: 'Memory warnings of the platform.',
    meaningZh: '平台发出内存告警的次数。',
  },
  memorywarningrate: {
    ...launches,
    unit: '%',
    ...share('memory_warned', 'sessions', { times: 100, empty: null }),
    zh: '内存告警率',
    en: 'Memory warning rate',
    meaning: 'Sessions with at least one memory warning ÷ sessions. It belongs to the session.',
    meaningZh: '至少有一次内存告警的会话数 ÷ 会话数。按会话所在时段统计。',
  },
} as const satisfies Record<string, Metric>;

/** Two percentiles of one measurement. */
function percentilesOf<N extends Timed>(name: N, zh: string, en: string) {
  const metrics = {
    P50Ms: {
      ...digest,
      sql: percentile(1, `${name}_durations`),
      zh: `${zh} P50`,
      en: `${en} p50`,
      meaning: `Half of the \`${name}\` entries took at most this long.`,
      meaningZh: `一半的 \`${name}\` 记录不超过此时长。`,
    },
    P95Ms: {
      ...digest,
      sql: percentile(3, `${name}_durations`),
      zh: `${zh} P95`,
      en: `${en} p95`,
      meaning: `95 of 100 \`${name}\` entries took at most this long.`,
      meaningZh: `每 100 条 \`${name}\` 记录中有 95 条不超过此时长。`,
    },
  } as const;
  return Object.fromEntries(Object.entries(metrics).map(([suffix, metric]) => [`${TIMED[name]}${suffix}`, metric])) as {
    [K in `${(typeof TIMED)[N]}P50Ms` | `${(typeof TIMED)[N]}P95Ms`]: (typeof metrics)['P50Ms'];
  };
}
