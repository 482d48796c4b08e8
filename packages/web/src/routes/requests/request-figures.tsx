import type { Answers } from '@minilens/wire/questions';
import { useCopy } from '../../appearance/appearance';
import { ComparedFigures, ofQuestion } from '../../panels/figures';
import { REQUEST_FIGURES } from './requests-questions';

const FIGURES = ofQuestion('figures', REQUEST_FIGURES);

/** Key figures of all requests or of one route. */
export function RequestFigures({ answers }: { answers: Answers['answers'] }) {
  return <ComparedFigures label={useCopy().requests.figures} answers={answers} figures={FIGURES} />;
}
