import type { Answers } from '@minilens/wire/questions';
import { useCopy } from '../../appearance/appearance';
import { Figures, MetricFigure } from '../../panels/figures';
import { numberIn, onlyRow } from '../../query/answer-rows';

interface MetricFiguresProps {
  label: string;
  metrics: readonly string[];
  /** With the answers `now` and `before`. */
  answers: Answers['answers'];
}

/** Metrics of the range beside those of the range before. */
export function MetricFigures({ label, metrics, answers }: MetricFiguresProps) {
  const { compare } = useCopy();
  const [now, before] = [onlyRow(answers, 'now'), onlyRow(answers, 'before')];
  return (
    <Figures label={label}>
      {metrics.map((metric) => (
        <MetricFigure
          key={metric}
          metric={metric}
          value={numberIn(now, metric)}
          comparisons={[{ than: compare.before, now: numberIn(now, metric), before: numberIn(before, metric) }]}
        />
      ))}
    </Figures>
  );
}
