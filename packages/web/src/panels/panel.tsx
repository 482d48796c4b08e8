import { type ReactNode, useId } from 'react';

interface PanelProps {
  title: string;
  hint?: string;
  controls?: ReactNode;
  children: ReactNode;
}

/** A titled part of a screen; the title names the region for screen readers. */
export function Panel({ title, hint, controls, children }: PanelProps) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {hint && <p className="muted">{hint}</p>}
        {controls && <div className="panel-controls">{controls}</div>}
      </header>
      {children}
    </section>
  );
}
