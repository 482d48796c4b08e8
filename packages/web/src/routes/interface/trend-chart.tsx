import type { TrendPoint } from '@minilens/wire/report-api';
import { useMemo } from 'react';
import { useAppearance, useCopy } from '../../appearance/appearance';
import { Chart } from '../../panels/chart';
import { useFormat } from '../../panels/use-format';
import type { Trend } from '../../trend/trend';
import { STACK, trendOption } from './trend-option';

export default function TrendChart({ trend, isFitted }: { trend: Trend<TrendPoint>; isFitted: boolean }) {
  const copy = useCopy();
  const format = useFormat();
  const { palette } = useAppearance();
  const option = useMemo(
    () => trendOption({ trend, isFitted, copy, format, palette }),
    [trend, isFitted, copy, format, palette],
  );
  return (
    <figure className="chart">
      <div className="legend" aria-hidden="true">
        <span className="key key-line">{copy.metric.successRate}</span>
        {STACK.map((outcome) => (
          <span key={outcome} className={`key key-${outcome}`}>
            {copy.outcome[outcome]}
          </span>
        ))}
      </div>
      <Chart option={option} label={copy.detail.chartLabel(copy.trend.grain[trend.grain])} />
      {isFitted && <figcaption className="muted">{copy.detail.fittedNote}</figcaption>}
    </figure>
  );
}
