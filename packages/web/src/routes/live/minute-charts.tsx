import type { Live } from '@minilens/wire/records';
import { useMemo } from 'react';
import { useCopy } from '../../appearance/appearance';
import type { ChartSpec, Series } from '../../panels/chart/chart-option';
import { ChartPanel } from '../../panels/chart/chart-panel';
import { useFormat } from '../../panels/use-format';

/** The last hour by minutes: how much happened, and what went wrong. */
export function MinuteCharts({ minutes }: Pick<Live, 'minutes'>) {
  const { people, trend } = useCopy();
  const format = useFormat();
  const [happened, failed] = useMemo(() => {
    const values = (name: keyof Live['minutes'][number]) => minutes.map((minute) => minute[name]);
    const spec = (series: Series[]): ChartSpec => ({
      buckets: minutes.map(({ at }) => format.bucket(at, 'minute')),
      unit: 'count',
      isOngoing: true,
      ongoing: trend.ongoing,
      series,
    });
    return [
      spec([
        { name: people.figure.events, kind: 'bar', colour: 'success', values: values('events') },
        { name: people.sessions, kind: 'line', colour: 'accent', values: values('sessions') },
      ]),
      spec([
        {
          name: people.figure.failedCalls,
          kind: 'bar',
          colour: 'late',
          stack: 'failed',
          values: values('failedCalls'),
        },
        { name: people.figure.errors, kind: 'bar', colour: 'error', stack: 'failed', values: values('errors') },
      ]),
    ] as const;
  }, [minutes, format, people, trend]);
  return (
    <div className="pair">
      <ChartPanel title={people.minutes} hint={people.lastHour} spec={happened} />
      <ChartPanel title={people.failures} hint={people.lastHour} spec={failed} />
    </div>
  );
}
