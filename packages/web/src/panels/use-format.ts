import { useMemo } from 'react';
import { useLocaleTag } from '../appearance/appearance';
import { createFormat, type Format } from '../format/format';
import { useApp } from './app-context';

/** Numbers and moments in the reader's language and the zone of the app. */
export function useFormat(): Format {
  const locale = useLocaleTag();
  const { timezone } = useApp();
  return useMemo(() => createFormat(locale, timezone), [locale, timezone]);
}
