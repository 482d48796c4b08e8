import { BarChart, LineChart } from 'echarts/charts';
import { AxisPointerComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { getInstanceByDom, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { TrendOption } from '../trend/trend-frame';

use([LineChart, BarChart, GridComponent, TooltipComponent, AxisPointerComponent, SVGRenderer]);

/** A chart as large as its place. `label` is all of it that a screen reader tells. Load it lazily: ECharts is large. */
export function Chart({ option, label }: { option: TrendOption; label: string }) {
  const place = useRef<HTMLDivElement>(null);
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
  return <div ref={place} className="chart-place" role="img" aria-label={label} />;
}
