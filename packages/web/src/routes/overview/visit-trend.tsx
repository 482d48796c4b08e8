import type { Answers } from '@minilens/wire/questions';
import { useMemo } from 'react';
import { useCopy } from '../../appearance/appearance';
import type { ChartSpec } from '../../panels/chart/chart-option';
import { ChartPanel } from '../../panels/chart/chart-panel';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';
import { numberIn } from '../../query/answer-rows';
import { trendOf } from '../../trend/trend';

interface VisitTrendProps {
  answers: Answers['answers'];
  grain: 'hour' | 'day';
  nowMs: number;
}

/** Opens and users through the range, with the opens of the range before. */
export function VisitTrend({ answers, grain, nowMs }: VisitTrendProps) {
  const { overview, compare, trend: trendCopy } = useCopy();
  const format = useFormat();
  const metrics = useMetrics();
  const { trend, trendBefore } = answers;
  const spec = useMemo((): ChartSpec | undefined => {
    if (!trend) return undefined;
    const { points, isOngoing } = trendOf(
      { grain, trend: trend.rows.map((row) => ({ at: Number(row[grain]), row })), range: trend.range },
      nowMs,
    );
    const opens = metrics('session_cnt').title;
    return {
      buckets: points.map(({ at }) => format.bucket(at, grain)),
      unit: 'count',
      isOngoing,
      ongoing: trendCopy.ongoing,
      series: [
        { name: opens, kind: 'line', colour: 'accent', values: points.map(({ row }) => numberIn(row, 'session_cnt')) },
        {
          name: metrics('visit_uv').title,
          kind: 'line',
          colour: 'cancel',
          values: points.map(({ row }) => numberIn(row, 'visit_uv')),
        },
        {
          name: `${opens}, ${compare.before}`,
          kind: 'line',
          colour: 'muted',
          isDashed: true,
          values: points.map((_, index) => numberIn(trendBefore?.rows[index] ?? {}, 'session_cnt')),
        },
      ],
    };
  }, [trend, trendBefore, grain, nowMs, metrics, format, compare, trendCopy]);
  return spec ? <ChartPanel title={overview.trend} hint={trendCopy.grain[grain]} spec={spec} /> : null;
}
