import type { PushReport } from '@minilens/wire/push-report';
import { lazyRouteComponent } from '@tanstack/react-router';
import { Suspense } from 'react';
import { useCopy } from '../../appearance/appearance';
import { Loading } from '../../panels/loading';
import { Panel } from '../../panels/panel';
import { TrendCsv, TrendTable } from '../../panels/trend-table';
import { ViewSwitch } from '../../panels/view-switch';
import { trendOf } from '../../trend/trend';
import type { PushSearch } from '../address';
import { PUSH_FIGURES } from './push-figures';
import type { PushPoint } from './trend-option';
import { usePushColumns } from './use-push-columns';

/** ECharts comes only when a chart is really shown. */
const TrendChart = lazyRouteComponent(() => import('./trend-chart'));

interface TrendPanelProps {
  report: PushReport;
  view: PushSearch['view'];
  nowMs: number;
  onChange: (changed: PushSearch) => void;
}

export function TrendPanel({ report, view, nowMs, onChange }: TrendPanelProps) {
  const copy = useCopy();
  const columns = usePushColumns<PushPoint>(PUSH_FIGURES);
  const trend = trendOf(report, nowMs);
  return (
    <Panel
      title={copy.trend.title}
      hint={copy.trend.grain[report.grain]}
      controls={
        <>
          {view && <TrendCsv name={`${copy.push.title} · ${copy.trend.title}`} trend={trend} columns={columns} />}
          <ViewSwitch view={view} onChange={onChange} />
        </>
      }
    >
      {view ? (
        <TrendTable trend={trend} columns={columns} />
      ) : (
        <Suspense fallback={<Loading lines={8} />}>
          <TrendChart trend={trend} />
        </Suspense>
      )}
    </Panel>
  );
}
