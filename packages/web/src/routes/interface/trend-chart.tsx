import { BarChart, LineChart } from 'echarts/charts';
import { AxisPointerComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { getInstanceByDom, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef } from 'react';
import { useAppearance, useCopy } from '../../appearance/appearance';
import { useFormat } from '../../panels/use-format';
import type { Trend } from './trend';
import { trendOption } from './trend-option';

use([LineChart, BarChart, GridComponent, TooltipComponent, AxisPointerComponent, SVGRenderer]);

const STACK = ['fail', 'cancel', 'unknown', 'success'] as const;

export default function TrendChart({ trend, isFitted }: { trend: Trend; isFitted: boolean }) {
  const copy = useCopy();
  const format = useFormat();
  const { palette } = useAppearance();
  const place = useRef<HTMLDivElement>(null);
  const option = useMemo(
    () => trendOption({ trend, isFitted, copy, format, palette }),
    [trend, isFitted, copy, format, palette],
  );

  useEffect(() => {
    if (!place.current) return;
    const chart = init(place.current);
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, []);
  useEffect(() => {
    if (place.current) getInstanceByDom(place.current)?.setOption(option, { notMerge: true });
  }, [option]);

  return (
    <figure className="chart">
      <div className="legend" aria-hidden="true">
        <span className="key key-rate">{copy.metric.successRate}</span>
        {STACK.map((outcome) => (
          <span key={outcome} className={`key key-${outcome}`}>
            {copy.outcome[outcome]}
          </span>
        ))}
      </div>
      <div
        ref={place}
        className="chart-place"
        role="img"
        aria-label={copy.detail.chartLabel(copy.detail.grain[trend.grain])}
      />
      {isFitted && <figcaption className="muted">{copy.detail.fittedNote}</figcaption>}
    </figure>
  );
}
