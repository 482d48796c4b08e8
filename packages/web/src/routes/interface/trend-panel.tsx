import type { InterfaceDetail, InterfaceMetric, TrendPoint } from '@minilens/wire/report-api';
import { lazyRouteComponent } from '@tanstack/react-router';
import { Suspense } from 'react';
import { useCopy } from '../../appearance/appearance';
import { Loading } from '../../panels/loading';
import { Panel } from '../../panels/panel';
import { Segmented } from '../../panels/segmented';
import { TrendCsv, TrendTable } from '../../panels/trend-table';
import { useMetricColumns } from '../../panels/use-metric-columns';
import { ViewSwitch } from '../../panels/view-switch';
import { trendOf } from '../../trend/trend';
import type { InterfaceSearch } from '../address';

/** ECharts comes only here, and only when a chart is really shown. */
const TrendChart = lazyRouteComponent(() => import('./trend-chart'));

const METRICS = ['calls', 'success', 'errors', 'cancel', 'unknown', 'successRate'] as const satisfies InterfaceMetric[];

interface TrendPanelProps extends Pick<InterfaceSearch, 'view' | 'scale'> {
  name: string;
  detail: InterfaceDetail;
  nowMs: number;
  onChange: (changed: InterfaceSearch) => void;
}

export function TrendPanel({ name, detail, view, scale, nowMs, onChange }: TrendPanelProps) {
  const { detail: copy, trend: words } = useCopy();
  const columns = useMetricColumns<TrendPoint, (typeof METRICS)[number]>(METRICS);
  const trend = trendOf(detail, nowMs);
  return (
    <Panel
      title={words.title}
      hint={words.grain[detail.grain]}
      controls={
        <>
          {view ? (
            <TrendCsv name={`${name} · ${words.title}`} trend={trend} columns={columns} />
          ) : (
            <Segmented
              isSmall
              label={copy.scale}
              value={scale ?? 'whole'}
              options={[
                { value: 'whole', label: copy.wholeScale },
                { value: 'fitted', label: copy.fittedScale },
              ]}
              onChange={(picked) => onChange({ scale: picked === 'fitted' ? 'fitted' : undefined })}
            />
          )}
          <ViewSwitch view={view} onChange={onChange} />
        </>
      }
    >
      {view ? (
        <TrendTable trend={trend} columns={columns} />
      ) : (
        <Suspense fallback={<Loading lines={8} />}>
          <TrendChart trend={trend} isFitted={scale === 'fitted'} />
        </Suspense>
      )}
    </Panel>
  );
}
