import type { ReactNode } from 'react';
import { Explained } from './explained';

interface FigureProps {
  name: string;
  meaning: string | undefined;
  isBad?: boolean;
  children: ReactNode;
}

/** One number with its name, inside a `dl`. */
export function Figure({ name, meaning, isBad = false, children }: FigureProps) {
  return (
    <div className="figure">
      <dt>
        <Explained name={name} meaning={meaning} />
      </dt>
      <dd className={isBad ? 'bad' : undefined}>{children}</dd>
    </div>
  );
}
