import type { ReactNode } from 'react';
import { AppearanceControls } from './appearance-controls';
import { useTitle } from './use-title';
import { Wordmark } from './wordmark';

/** The screens before one is signed in: one narrow card. */
export function FrontPage({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <>
      <header className="front-head">
        <Wordmark />
        <span className="controls">
          <AppearanceControls />
        </span>
      </header>
      <main className="front-card">
        <h1>{title}</h1>
        {children}
      </main>
    </>
  );
}
