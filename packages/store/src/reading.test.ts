import { expect, test } from 'vitest';
import { METRICS, type MetricName } from './metrics.js';
import type { DimensionName, Question } from './question.js';
import { dimensionsOf, readsEvents } from './reading.js';
import { toSql } from './to-sql.js';

const CLEAN = { rollupIds: [1], dirtyHours: [], newcomersMayBeStale: false };
const about = (over: Pick<Question, 'metrics'> & Partial<Question>): Question => ({
  ...{ app: 'wx00000000000000aa', from: 0, to: 3_600_000, timezone: 'UTC' },
  ...over,
});
const sqlOf = (question: Question) => toSql(question, CLEAN, (select) => `(${select})`).query;

test('what rollups tell is read from them alone, whatever else could be counted', () => {
  for (const name of Object.keys(METRICS) as MetricName[])
    for (const column of dimensionsOf(METRICS[name].source).by) {
      const question = about({ metrics: [name], by: ['day', column], filter: { [column]: [1] } });
      expect(readsEvents(question), name).toBe(false);
      expect(sqlOf(question), name).not.toMatch(/FROM events|max_execution_time/);
    }
});

test('what no rollup tells is read from events alone, within bounds', () => {
  const question = about({ metrics: ['calls', 'visit_uv_new'], filter: { platform: 'ios' } });
  expect(readsEvents(question)).toBe(true);
  expect(sqlOf(question)).toContain('max_execution_time');
  expect(sqlOf(question)).not.toMatch(/call_hours|newcomer_hours/);
});

test('a metric that rollups tell reads them beside one that they do not', () => {
  const sql = sqlOf(about({ metrics: ['session_cnt', 'calls'], filter: { platform: 'ios' } }));
  expect(sql).toContain('FROM session_hours');
  expect(sql).not.toMatch(/FROM call_hours/);
});

test.each<[MetricName, DimensionName | undefined, object]>([
  ['lossRate', undefined, { platform: 'ios' }],
  ['dropped', 'version', {}],
  ['page_visit_pv', 'wechat', {}],
  ['session_cnt', 'page', {}],
  ['jsErrors', 'host', {}],
])('%s says nothing by %s, filtered by %j', (name, by, filter) => {
  const question = about({ metrics: [name], by: by === undefined ? [] : [by], filter });
  expect(() => sqlOf(question)).toThrow(`The metric ${name} cannot be split or filtered by`);
});
