import type { Answers } from '@minilens/wire/questions';
import { useCopy } from '../../appearance/appearance';
import { Figures, MetricFigure } from '../../panels/figures';
import { numberIn, onlyRow } from '../../query/answer-rows';

/** In the order of the five modules; those of whole sessions only where they were asked. */
const FIGURES = [
  ['sessions', 'openrate'],
  ['measured', 'appLaunchP50Ms'],
  ['measured', 'appLaunchP95Ms'],
  ['measured', 'costtimeP50Ms'],
  ['measured', 'costtimeP95Ms'],
  ['measured', 'memory'],
  ['sessions', 'memorydiff'],
  ['measured', 'memorywarning'],
  ['sessions', 'memorywarningrate'],
] as const;

export function PerformanceFigures({ answers }: { answers: Answers['answers'] }) {
  const { performance, compare } = useCopy();
  return (
    <Figures label={performance.figures}>
      {FIGURES.filter(([question]) => answers[question]).map(([question, metric]) => {
        const now = numberIn(onlyRow(answers, question), metric);
        const before = numberIn(onlyRow(answers, `${question}Before`), metric);
        return (
          <MetricFigure
            key={metric}
            metric={metric}
            value={now}
            comparisons={[{ than: compare.before, now, before }]}
          />
        );
      })}
    </Figures>
  );
}
