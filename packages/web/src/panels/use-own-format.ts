import { useMemo } from 'react';
import { useLocaleTag } from '../appearance/appearance';
import { type Format, formatOf } from '../format/format';

/** Numbers and moments in the reader's language and zone, for what belongs to no app. */
export function useOwnFormat(): Format {
  const locale = useLocaleTag();
  return useMemo(() => formatOf(locale, Intl.DateTimeFormat().resolvedOptions().timeZone), [locale]);
}
