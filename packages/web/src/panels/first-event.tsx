import type { AppDetail } from '@minilens/wire/report-api';
import { useCopy, useLocaleTag } from '../appearance/appearance';
import { formatOf } from '../format/format';

/** Whether the agent is heard. Its owner keeps asking the server; this only shows. */
export function FirstEvent({ app }: { app: AppDetail }) {
  const { install } = useCopy();
  const locale = useLocaleTag();
  return (
    <div className={app.lastEventAt === null ? 'first-event' : 'first-event first-event-received'} role="status">
      {app.lastEventAt === null ? (
        install.waiting
      ) : (
        <>
          {install.received}{' '}
          <span className="muted">{install.lastEvent(formatOf(locale, app.timezone).moment(app.lastEventAt))}</span>
        </>
      )}
    </div>
  );
}
