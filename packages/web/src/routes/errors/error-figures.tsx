import type { Answers } from '@minilens/wire/questions';
import { useCopy } from '../../appearance/appearance';
import { ComparedFigures, ofQuestion } from '../../panels/figures';
import { ERROR_METRICS } from './errors-questions';

const FIGURES = [
  ...ofQuestion('crashFree', ['crashFreeRate', 'crashFreeSessions']),
  ...ofQuestion('figures', ERROR_METRICS),
];

/** Key figures of all errors or of one issue; of sessions without an error only where they were asked. */
export function ErrorFigures({ answers }: { answers: Answers['answers'] }) {
  return <ComparedFigures label={useCopy().errors.figures} answers={answers} figures={FIGURES} />;
}
