import { BarChart, LineChart } from 'echarts/charts';
import { AxisPointerComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { getInstanceByDom, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useMemo, useRef } from 'react';
import { useAppearance } from '../../appearance/appearance';
import { useFormat } from '../use-format';
import { type ChartSpec, chartOption } from './chart-option';

use([LineChart, BarChart, GridComponent, TooltipComponent, AxisPointerComponent, SVGRenderer]);

/** A picture of numbers; whoever cannot see it, or wants them exactly, has the table behind it. */
export default function Chart({ spec, label }: { spec: ChartSpec; label: string }) {
  const format = useFormat();
  const { palette } = useAppearance();
  const place = useRef<HTMLDivElement>(null);
  const option = useMemo(() => chartOption(spec, format, palette), [spec, format, palette]);

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
        {spec.series.map(({ name, colour, kind, isDashed }) => (
          <span
            key={name}
            className={`key key-${kind}${isDashed ? ' key-dashed' : ''}`}
            style={{ '--key': palette[colour] } as React.CSSProperties}
          >
            {name}
          </span>
        ))}
      </div>
      <div ref={place} className="chart-place chart-low" role="img" aria-label={label} />
    </figure>
  );
}
