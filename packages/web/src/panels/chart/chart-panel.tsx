import { lazyRouteComponent } from '@tanstack/react-router';
import { type ReactNode, Suspense, useState } from 'react';
import { useCopy } from '../../appearance/appearance';
import { CsvButton } from '../csv-button';
import { DataTable } from '../data-table';
import { Loading } from '../loading';
import { Panel } from '../panel';
import { Segmented } from '../segmented';
import { useFormat } from '../use-format';
import type { ChartSpec } from './chart-option';

/**
 * ECharts is large: it comes with the first chart, after the figures beside that. Where an update has taken this file away,
 * the page is loaded anew.
 */
const SeriesChart = lazyRouteComponent(() => import('./series-chart'));

interface ChartPanelProps {
  title: string;
  hint?: string;
  spec: ChartSpec;
  controls?: ReactNode;
}

/** A chart with the table behind it, and the same as a file. */
export function ChartPanel({ title, hint, spec, controls }: ChartPanelProps) {
  const { trend } = useCopy();
  const format = useFormat();
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const { buckets, series, unit } = spec;
  const rows = buckets.map((bucket, index) => ({ bucket, index })).toReversed();
  return (
    <Panel
      title={title}
      {...(hint !== undefined && { hint })}
      controls={
        <>
          {controls}
          {view === 'table' && (
            <CsvButton
              name={title}
              rows={() => [
                [trend.time, ...series.map(({ name }) => name)],
                ...buckets.map((bucket, index) => [bucket, ...series.map(({ values }) => values[index] ?? null)]),
              ]}
            />
          )}
          <Segmented<'chart' | 'table'>
            isSmall
            label={trend.view}
            value={view}
            options={[
              { value: 'chart', label: trend.chart },
              { value: 'table', label: trend.table },
            ]}
            onChange={setView}
          />
        </>
      }
    >
      {view === 'table' ? (
        <div className="trend-table">
          <DataTable
            label={title}
            rows={rows}
            rowKey={({ index }) => index}
            columns={[
              {
                key: 'bucket',
                title: trend.time,
                cell: ({ bucket, index }) => (
                  <>
                    {bucket}
                    {spec.isOngoing && index === buckets.length - 1 && (
                      <span className="muted"> · {trend.ongoing}</span>
                    )}
                  </>
                ),
              },
              ...series.map(({ name, values }) => ({
                key: name,
                title: name,
                isNumber: true,
                cell: ({ index }: { index: number }) => format.value(values[index] ?? null, unit),
              })),
            ]}
          />
        </div>
      ) : (
        <Suspense fallback={<Loading lines={6} />}>
          <SeriesChart spec={spec} label={trend.chartOf(title)} />
        </Suspense>
      )}
    </Panel>
  );
}
