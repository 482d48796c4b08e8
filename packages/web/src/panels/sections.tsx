import { useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';

/** Pages that belong together: `links` beside them, above them on a phone, where the one that is open is scrolled into sight. */
export function Sections({ label, links, children }: { label: string; links: ReactNode; children: ReactNode }) {
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address says which one is open
  useEffect(() => {
    nav.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pathname]);
  return (
    <div className="sections">
      <nav ref={nav} className="section-nav" aria-label={label}>
        {links}
      </nav>
      <div className="section-body">{children}</div>
    </div>
  );
}
