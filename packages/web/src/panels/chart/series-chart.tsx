import { useMemo } from 'react';
import { useAppearance } from '../../appearance/appearance';
import { Chart } from '../chart';
import { useFormat } from '../use-format';
import { type ChartSpec, chartOption } from './chart-option';

/** Series over one axis of time, with their legend. */
export default function SeriesChart({ spec, label }: { spec: ChartSpec; label: string }) {
  const format = useFormat();
  const { palette } = useAppearance();
  const option = useMemo(() => chartOption(spec, format, palette), [spec, format, palette]);
  return (
    <figure className="chart chart-low">
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
      <Chart option={option} label={label} />
    </figure>
  );
}
