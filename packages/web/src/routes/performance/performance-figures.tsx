import type { Answers } from '@minilens/wire/questions';
import { useCopy } from '../../appearance/appearance';
import { ComparedFigures } from '../../panels/figures';

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
  return <ComparedFigures label={useCopy().performance.figures} answers={answers} figures={FIGURES} />;
}
