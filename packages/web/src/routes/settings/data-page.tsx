import { useQuery } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { useFormat } from '../../panels/use-format';
import { useRole } from '../../panels/use-role';
import { useTitle } from '../../panels/use-title';
import { keeping } from '../../query/settings';
import { EraseForm } from './erase-form';
import { KeepingForm } from './keeping-form';

/** How long data is kept, and how all of one person is erased. */
export function DataPage() {
  const { settings } = useCopy();
  const copy = settings.data;
  const app = useApp();
  const format = useFormat();
  const isOwner = useRole() === 'owner';
  const answer = useQuery(keeping(app.appid));
  useTitle(copy.title, app.name);
  return (
    <>
      <h1>{copy.title}</h1>
      <Panel title={copy.keeping}>
        <Question of={answer} lines={4}>
          {(kept) => (
            <div className="panel-text">
              <p className="muted">{copy.keepingWhy}</p>
              {isOwner ? (
                <KeepingForm kept={kept} />
              ) : (
                <dl className="facts">
                  <dt>{copy.eventsDays}</dt>
                  <dd>{copy.days(format.count(kept.eventsDays))}</dd>
                  <dt>{copy.rollupsDays}</dt>
                  <dd>{copy.days(format.count(kept.rollupsDays))}</dd>
                </dl>
              )}
              {kept.eventsFrom !== null && <p>{copy.eventsFrom(format.moment(kept.eventsFrom))}</p>}
            </div>
          )}
        </Question>
      </Panel>
      {isOwner && (
        <Panel title={copy.erase}>
          <div className="panel-text">
            <EraseForm />
          </div>
        </Panel>
      )}
    </>
  );
}
