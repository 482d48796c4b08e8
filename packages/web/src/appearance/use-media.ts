import { useCallback, useMemo, useSyncExternalStore } from 'react';

/** Whether a media query holds, also when that changes. */
export const useMedia = (query: string): boolean => {
  const media = useMemo(() => matchMedia(query), [query]);
  const watch = useCallback(
    (changed: () => void) => {
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    [media],
  );
  return useSyncExternalStore(watch, () => media.matches);
};
