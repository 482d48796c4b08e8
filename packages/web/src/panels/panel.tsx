import { type ReactNode, useId } from 'react';

interface PanelProps {
  title: string;
  hint?: string | undefined;
  controls?: ReactNode;
  /** Where an address may lead: `#id`. */
  id?: string;
  children: ReactNode;
}

/** A titled part of a screen; the title names the region for screen readers. */
export function Panel({ title, hint, controls, id, children }: PanelProps) {
  const titleId = useId();
  return (
    <section id={id} className="panel" aria-labelledby={titleId}>
      <header className="panel-head">
        <h2 id={titleId}>{title}</h2>
        {hint && <p className="muted">{hint}</p>}
        {controls && <div className="panel-controls">{controls}</div>}
      </header>
      {children}
    </section>
  );
}
