import type { InterfaceDetail } from '@minilens/wire/report-api';
import { Segmented } from 'antd';
import { lazy, Suspense } from 'react';
import { useCopy } from '../../appearance/appearance';
import { Loading } from '../../panels/loading';
import { Panel } from '../../panels/panel';
import type { InterfaceSearch } from '../address';
import { trendOf } from './trend';
import { TrendTable } from './trend-table';

/** ECharts comes only here, and only when a chart is really shown. */
const TrendChart = lazy(() => import('./trend-chart'));

interface TrendPanelProps extends Pick<InterfaceSearch, 'view' | 'scale'> {
  detail: InterfaceDetail;
  nowMs: number;
  onChange: (changed: InterfaceSearch) => void;
}

export function TrendPanel({ detail, view, scale, nowMs, onChange }: TrendPanelProps) {
  const { detail: copy } = useCopy();
  const trend = trendOf(detail, nowMs);
  return (
    <Panel
      title={copy.trend}
      hint={copy.grain[detail.grain]}
      controls={
        <>
          {!view && (
            <Segmented
              size="small"
              aria-label={copy.scale}
              value={scale ?? 'whole'}
              options={[
                { value: 'whole', label: copy.wholeScale },
                { value: 'fitted', label: copy.fittedScale },
              ]}
              onChange={(picked) => onChange({ scale: picked === 'fitted' ? 'fitted' : undefined })}
            />
          )}
          <Segmented
            size="small"
            aria-label={copy.view}
            value={view ?? 'chart'}
            options={[
              { value: 'chart', label: copy.chart },
              { value: 'table', label: copy.tableView },
            ]}
            onChange={(picked) => onChange({ view: picked === 'table' ? 'table' : undefined })}
          />
        </>
      }
    >
      {view ? (
        <TrendTable trend={trend} />
      ) : (
        <Suspense fallback={<Loading lines={8} />}>
          <TrendChart trend={trend} isFitted={scale === 'fitted'} />
        </Suspense>
      )}
    </Panel>
  );
}
