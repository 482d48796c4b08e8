import type { PushReport } from '@minilens/wire/push-report';
import { useCopy } from '../../appearance/appearance';
import { Figure } from '../../panels/figure';
import { useFormat } from '../../panels/use-format';
import { DeliveriesLink } from './deliveries-link';
import { isCovered, kindName } from './delivery-kind';
import { figuresOf, type PushFigure } from './push-figures';

/** The figures of the whole range, and where most of the failures come from. */
export function KeyFigures({ report: { summary, kinds } }: { report: PushReport }) {
  const copy = useCopy();
  const { push } = copy;
  const format = useFormat();
  const worst = kinds.find(({ outcome }) => outcome !== 'ok');
  const figures = figuresOf(summary);
  const covered = kinds.find(isCovered)?.callback_count ?? 0;
  const named = (figure: PushFigure) => ({ name: push.figure[figure], meaning: push.meaning[figure] });
  const time = (figure: 'meanMs' | 'p50Ms' | 'p95Ms' | 'p99Ms' | 'longestMs') => (
    <Figure {...named(figure)}>{format.milliseconds(figures[figure])}</Figure>
  );
  return (
    <section className="panel figures" aria-label={push.figures}>
      <dl>
        <Figure {...named('failureRate')} isBad={summary.fail_count > 0}>
          {format.percent(figures.failureRate)}
        </Figure>
        <Figure {...named('failed')} isBad={summary.fail_count > 0}>
          {format.count(summary.fail_count)}
        </Figure>
        <Figure {...named('deliveries')}>{format.count(summary.callback_count)}</Figure>
        {time('meanMs')}
        {time('longestMs')}
      </dl>
      <dl className="figures-minor">
        {time('p50Ms')}
        {time('p95Ms')}
        {time('p99Ms')}
        <Figure name={push.covered} meaning={push.coveredMeaning}>
          {format.count(covered)}
        </Figure>
      </dl>
      {worst && (
        <p className="worst">
          {push.mostFailures}{' '}
          <DeliveriesLink
            only={{ outcome: worst.outcome, reason: worst.reason || undefined }}
            hint={push.onlyKind(kindName(worst, copy))}
          >
            {kindName(worst, copy)}
          </DeliveriesLink>{' '}
          <span className="muted">
            {push.ofFailures(format.count(worst.callback_count), format.count(summary.fail_count))}
          </span>
        </p>
      )}
    </section>
  );
}
