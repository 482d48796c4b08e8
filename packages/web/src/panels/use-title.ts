import { useEffect } from 'react';

/** The name of the tab: the most particular part first. */
export function useTitle(...parts: (string | undefined)[]): void {
  const title = [...parts.filter(Boolean), 'Minilens'].join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
