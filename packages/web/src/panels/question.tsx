import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCopy } from '../appearance/appearance';
import { Loading } from './loading';
import { Problem } from './problem';

interface QuestionProps<T> {
  of: UseQueryResult<T>;
  lines?: number;
  children: (answer: T) => ReactNode;
}

/** A question on the screen: loading, failed, or its answer; an older answer stays in sight while a newer one is fetched. */
export function Question<T>({ of: question, lines = 5, children }: QuestionProps<T>) {
  const copy = useCopy();
  const retry = () => void question.refetch();
  if (question.data === undefined) {
    return question.error ? <Problem error={question.error} onRetry={retry} /> : <Loading lines={lines} />;
  }
  return (
    <div className={question.isPlaceholderData ? 'outdated' : undefined} aria-busy={question.isPlaceholderData}>
      {question.error && (
        <p className="stale" role="alert">
          {copy.problem.stale}{' '}
          <button type="button" className="link" onClick={retry}>
            {copy.common.retry}
          </button>
        </p>
      )}
      {children(question.data)}
    </div>
  );
}
