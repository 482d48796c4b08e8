import { Link } from '@tanstack/react-router';
import { useCopy } from '../appearance/appearance';
import { Notice } from './notice';

export function NotFound() {
  const { problem } = useCopy();
  return (
    <div className="page">
      <Notice title={problem.notFoundTitle} action={<Link to="/">{problem.goHome}</Link>}>
        {problem.notFound}
      </Notice>
    </div>
  );
}
