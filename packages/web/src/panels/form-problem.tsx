import { useCopy } from '../appearance/appearance';
import { problemText } from './problem';

/** Why a form was refused. `known` replaces the server's words where the form knows better ones. */
export function FormProblem({ error, known }: { error: Error | null; known: string | undefined }) {
  const { problem } = useCopy();
  return (
    <p className="form-problem" role="alert">
      {error && (known ?? problemText(error, problem))}
    </p>
  );
}
