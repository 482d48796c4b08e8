import type { InterfaceMetric, InterfaceRow } from '@minilens/wire/report-api';
import { useCopy } from '../../appearance/appearance';
import { Figure } from '../../panels/figure';
import { useFormat } from '../../panels/use-format';

/** The figures of the whole range, those that belong together beside each other. */
export function KeyFigures({ summary }: { summary: InterfaceRow }) {
  const copy = useCopy();
  const format = useFormat();
  const named = (metric: InterfaceMetric) => ({ name: copy.metric[metric], meaning: copy.meaning[metric] });
  const count = (metric: 'calls' | 'success' | 'cancel' | 'unknown') => (
    <Figure {...named(metric)}>{format.count(summary[metric])}</Figure>
  );
  const bad = (metric: 'errors' | 'affectedUsers' | 'failedUsers') => (
    <Figure {...named(metric)} isBad={summary[metric] > 0}>
      {format.count(summary[metric])}
    </Figure>
  );
  const duration = (metric: 'durationP50Ms' | 'durationP75Ms' | 'durationP95Ms' | 'durationP99Ms') => (
    <Figure {...named(metric)}>{format.milliseconds(summary[metric])}</Figure>
  );
  return (
    <section className="panel figures" aria-label={copy.detail.figures}>
      <dl>
        <Figure {...named('successRate')}>{format.percent(summary.successRate)}</Figure>
        <Figure {...named('successRateWithoutCancels')}>{format.percent(summary.successRateWithoutCancels)}</Figure>
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
