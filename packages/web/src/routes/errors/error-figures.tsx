import type { Answers } from '@minilens/wire/questions';
import { useCopy } from '../../appearance/appearance';
import { Figures, MetricFigure } from '../../panels/figures';
import { numberIn, onlyRow } from '../../query/answer-rows';
import { ERROR_METRICS } from './errors-questions';

/** Key figures of all errors or of one issue; of sessions without an error only where they were asked. */
export function ErrorFigures({ answers }: { answers: Answers['answers'] }) {
  const { errors, compare } = useCopy();
  const figure = (question: string, metric: string) => {
    const now = numberIn(onlyRow(answers, question), metric);
    const before = numberIn(onlyRow(answers, `${question}Before`), metric);
    return (
      <MetricFigure key={metric} metric={metric} value={now} comparisons={[{ than: compare.before, now, before }]} />
    );
  };
  return (
    <Figures label={errors.figures}>
      {answers.crashFree && ['crashFreeRate', 'crashFreeSessions'].map((metric) => figure('crashFree', metric))}
      {ERROR_METRICS.map((metric) => figure('figures', metric))}
    </Figures>
  );
}
