import { useMemo } from 'react';
import { useLocaleTag } from '../appearance/appearance';
import { createFormat, type Format } from '../format/format';

/** Numbers and moments in the reader's language and zone, for what belongs to no app. */
export function useOwnFormat(): Format {
  const locale = useLocaleTag();
  return useMemo(() => createFormat(locale, Intl.DateTimeFormat().resolvedOptions().timeZone), [locale]);
}
