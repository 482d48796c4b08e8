import type { Range } from '@minilens/wire/report-api';
import { useCopy, useLocaleTag } from '../appearance/appearance';

/** The hours that an answer covers, as the server says them. */
export function CoveredHours({ range }: { range: Range }) {
  const locale = useLocaleTag();
  const format = new Intl.DateTimeFormat(locale, {
    timeZone: range.timezone,
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (
    <p className="muted covered">
      {useCopy().range.covers(format.format(range.from), format.format(range.to), range.timezone)}
    </p>
  );
}
