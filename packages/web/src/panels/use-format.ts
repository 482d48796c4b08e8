import { useLocaleTag } from '../appearance/appearance';
import { type Format, formatOf } from '../format/format';
import { useApp } from './app-context';

/** Numbers and moments in the reader's language and the zone of the app. */
export function useFormat(): Format {
  const locale = useLocaleTag();
  const { timezone } = useApp();
  return formatOf(locale, timezone);
}
