import type { Answers } from '@minilens/wire/questions';
import { useMemo } from 'react';
import { useCopy } from '../../appearance/appearance';
import type { ChartSpec } from '../../panels/chart/chart-option';
import { ChartPanel } from '../../panels/chart/chart-panel';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';
import { trendRows } from '../../range/trend-buckets';
import { numberIn } from './overview-questions';

interface VisitTrendProps {
  answers: Answers['answers'];
  grain: 'hour' | 'day';
  nowMs: number;
}

/** Opens and users through the range, with the opens of the range before. */
export function VisitTrend({ answers, grain, nowMs }: VisitTrendProps) {
  const { overview, compare, detail } = useCopy();
  const format = useFormat();
  const metrics = useMetrics();
  const { trend, trendBefore } = answers;
  const spec = useMemo((): ChartSpec | undefined => {
    if (!trend) return undefined;
    const { rows, isOngoing } = trendRows(trend, grain, nowMs);
    const opens = metrics('session_cnt').title;
    return {
      buckets: rows.map((row) => format.bucket(Number(row[grain]), grain)),
      unit: 'count',
      isOngoing,
      ongoing: detail.ongoing,
      series: [
        { name: opens, kind: 'line', colour: 'accent', values: rows.map((row) => numberIn(row, 'session_cnt')) },
        {
          name: metrics('visit_uv').title,
          kind: 'line',
          colour: 'cancel',
          values: rows.map((row) => numberIn(row, 'visit_uv')),
        },
        {
          name: `${opens}, ${compare.before}`,
          kind: 'line',
          colour: 'muted',
          isDashed: true,
          values: rows.map((_, index) => numberIn(trendBefore?.rows[index] ?? {}, 'session_cnt')),
        },
      ],
    };
  }, [trend, trendBefore, grain, nowMs, metrics, format, compare, detail]);
  return spec ? <ChartPanel title={overview.trend} hint={detail.grain[grain]} spec={spec} /> : null;
}
