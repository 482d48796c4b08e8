import type { Answers } from '@minilens/wire/questions';
import { useMemo } from 'react';
import { useCopy } from '../../appearance/appearance';
import { type Grain, trendOf } from '../../trend/trend';
import { Notice } from '../notice';
import { Panel } from '../panel';
import { useFormat } from '../use-format';
import { useMetrics } from '../use-metrics';
import type { ChartSpec, Series } from './chart-option';
import { ChartPanel } from './chart-panel';

/** A metric of the catalogue as a line or as bars. */
export type MetricSeries = Pick<Series, 'kind' | 'colour' | 'stack' | 'isDashed'> & { metric: string };

interface MetricTrendProps {
  title: string;
  answer: Answers['answers'][string] | undefined;
  grain: Grain;
  nowMs: number;
  /** All of one unit. */
  series: readonly MetricSeries[];
}

/** Metrics through the range, up to now. Nothing where they were not asked. */
export function MetricTrend({ title, answer, grain, nowMs, series }: MetricTrendProps) {
  const { trend: copy } = useCopy();
  const format = useFormat();
  const metrics = useMetrics();
  const spec = useMemo((): ChartSpec | undefined => {
    if (!answer) return undefined;
    const { points, isOngoing } = trendOf(
      { grain, trend: answer.rows.map((row) => ({ at: Number(row[grain]), row })), range: answer.range },
      nowMs,
    );
    return {
      buckets: points.map(({ at }) => format.bucket(at, grain)),
      unit: metrics(series[0]?.metric ?? '').unit,
      isOngoing,
      ongoing: copy.ongoing,
      series: series.map(({ metric, ...look }) => ({
        name: metrics(metric).title,
        ...look,
        values: points.map(({ row }) => (typeof row[metric] === 'number' ? row[metric] : null)),
      })),
    };
  }, [answer, grain, nowMs, series, format, metrics, copy]);
  if (spec?.series.every(({ values }) => values.every((value) => value === null)))
    return (
      <Panel title={title}>
        <Notice title={copy.nothing} />
      </Panel>
    );
  return spec ? <ChartPanel title={title} hint={copy.grain[grain]} spec={spec} /> : null;
}
