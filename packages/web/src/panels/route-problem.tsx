import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { Problem } from './problem';

/** A screen that could not start: the account could not be asked, its code did not load, or it threw. */
export function RouteProblem({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <main className="page">
      <Problem
        error={error instanceof Error ? error : new Error(String(error))}
        onRetry={() => void router.invalidate()}
      />
    </main>
  );
}
