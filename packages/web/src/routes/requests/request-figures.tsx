import type { Answers } from '@minilens/wire/questions';
import { useCopy } from '../../appearance/appearance';
import { Figures, MetricFigure } from '../../panels/figures';
import { numberIn, onlyRow } from '../../query/answer-rows';
import { REQUEST_FIGURES } from './requests-questions';

/** Key figures of all requests or of one route, beside those of the range before. */
export function RequestFigures({ answers }: { answers: Answers['answers'] }) {
  const { requests, compare } = useCopy();
  const [now, before] = [onlyRow(answers, 'figures'), onlyRow(answers, 'figuresBefore')];
  return (
    <Figures label={requests.figures}>
      {REQUEST_FIGURES.map((metric) => (
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
