import { useCopy } from '../appearance/appearance';
import type { Copy } from '../copy/en';
import { ApiError } from '../query/api-error';
import { Button } from './button';
import { Notice } from './notice';

/** Why something could not be shown, in the reader's language where we know the case, and how to go on. */
export function Problem({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const copy = useCopy();
  const { title, text, mayRetry } = explain(error, copy);
  return (
    <Notice
      tone="error"
      title={title}
      action={mayRetry && onRetry && <Button onClick={onRetry}>{copy.common.retry}</Button>}
    >
      {text}
    </Notice>
  );
}

function explain(error: Error, { problem }: Copy) {
  if (!(error instanceof ApiError)) return { title: problem.broken, text: error.message, mayRetry: true };
  if (error.status === 403) return { title: problem.forbiddenTitle, text: problem.forbidden, mayRetry: false };
  if (error.status === 404) return { title: problem.notFoundTitle, text: problem.notFound, mayRetry: false };
  return { title: problem.title, text: problemText(error, problem), mayRetry: true };
}

/** One sentence for beside a form. The server's own words where we have no better ones. */
export function problemText(error: Error, problem: Copy['problem']): string {
  if (!(error instanceof ApiError)) return problem.broken;
  if (error.code === 'UNREACHABLE') return problem.unreachable;
  if (error.code === 'TOO_MANY_REQUESTS') return problem.tooMany;
  if (error.code === 'INTERNAL') return problem.internal;
  if (error.code === 'BAD_ANSWER') return `${problem.badAnswer} (${error.message})`;
  return `${error.message} (${error.code})`;
}
