import { useMemo } from 'react';
import { useAppearance, useCopy } from '../../appearance/appearance';
import { Chart } from '../../panels/chart';
import { useFormat } from '../../panels/use-format';
import type { Trend } from '../../trend/trend';
import { type PushPoint, pushTrendOption } from './trend-option';

export default function TrendChart({ trend }: { trend: Trend<PushPoint> }) {
  const copy = useCopy();
  const format = useFormat();
  const { palette } = useAppearance();
  const option = useMemo(() => pushTrendOption({ trend, copy, format, palette }), [trend, copy, format, palette]);
  const { push } = copy;
  return (
    <figure className="chart">
      <div className="legend" aria-hidden="true">
        <span className="key key-fail">{push.figure.failed}</span>
        <span className="key key-success">{push.answered}</span>
        <span className="key key-line">{push.figure.p95Ms}</span>
        <span className="key key-line key-minor">{push.figure.p50Ms}</span>
      </div>
      <Chart option={option} label={push.chartLabel(copy.trend.grain[trend.grain])} />
    </figure>
  );
}
