import type { InterfaceMetric, InterfaceRow } from '@minilens/wire/report-api';
import type { ReactNode } from 'react';
import { useCopy } from '../../appearance/appearance';
import { Explained } from '../../panels/explained';
import { useFormat } from '../../panels/use-format';

/** The figures of the whole range, those that belong together beside each other. */
export function KeyFigures({ summary }: { summary: InterfaceRow }) {
  const { detail } = useCopy();
  const format = useFormat();
  const count = (metric: 'calls' | 'success' | 'cancel' | 'unknown') => (
    <Figure of={metric}>{format.count(summary[metric])}</Figure>
  );
  const bad = (metric: 'errors' | 'affectedUsers' | 'failedUsers') => (
    <Figure of={metric} isBad={summary[metric] > 0}>
      {format.count(summary[metric])}
    </Figure>
  );
  const duration = (metric: 'durationP50Ms' | 'durationP75Ms' | 'durationP95Ms' | 'durationP99Ms') => (
    <Figure of={metric}>{format.milliseconds(summary[metric])}</Figure>
  );
  return (
    <section className="panel figures" aria-label={detail.figures}>
      <dl>
        <Figure of="successRate">{format.percent(summary.successRate)}</Figure>
        <Figure of="successRateWithoutCancels">{format.percent(summary.successRateWithoutCancels)}</Figure>
        {bad('errors')}
        {bad('affectedUsers')}
        {bad('failedUsers')}
      </dl>
      <dl className="figures-minor">
        {count('calls')}
        {count('success')}
        {count('cancel')}
        {count('unknown')}
        {duration('durationP50Ms')}
        {duration('durationP75Ms')}
        {duration('durationP95Ms')}
        {duration('durationP99Ms')}
      </dl>
    </section>
  );
}

function Figure({
  of: metric,
  isBad = false,
  children,
}: {
  of: InterfaceMetric;
  isBad?: boolean;
  children: ReactNode;
}) {
  const copy = useCopy();
  return (
    <div className="figure">
      <dt>
        <Explained name={copy.metric[metric]} meaning={copy.meaning[metric]} />
      </dt>
      <dd className={isBad ? 'bad' : undefined}>{children}</dd>
    </div>
  );
}
