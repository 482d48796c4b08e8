import type { ReactNode } from 'react';

/** Pages that belong together: `links` beside them, above them on a phone. */
export function Sections({ label, links, children }: { label: string; links: ReactNode; children: ReactNode }) {
  return (
    <div className="sections">
      <nav className="section-nav" aria-label={label}>
        {links}
      </nav>
      <div className="section-body">{children}</div>
    </div>
  );
}
