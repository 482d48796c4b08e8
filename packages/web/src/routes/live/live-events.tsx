import type { EventKind } from '@minilens/wire/event';
import { Select } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { modelName } from '../../format/model-name';
import { CsvButton } from '../../panels/csv-button';
import { DataTable } from '../../panels/data-table';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { EventName } from '../../panels/records/event-name';
import { EventOutcome } from '../../panels/records/event-outcome';
import { eventSubject } from '../../panels/records/event-words';
import { SessionLink, UserLink } from '../../panels/records/links';
import { useFormat } from '../../panels/use-format';
import { keyOf, type LiveEvent, MOST_LIVE } from '../../query/live-state';
import { LIVE_KINDS, type LiveSearch } from '../address';

interface LiveEventsProps {
  items: readonly LiveEvent[];
  kind: EventKind | undefined;
  onChange: (changed: LiveSearch) => void;
}

/** Events in the order in which they arrived, the newest on top; those of the last answer are marked. */
export function LiveEvents({ items, kind, onChange }: LiveEventsProps) {
  const { people, common } = useCopy();
  const format = useFormat();
  return (
    <Panel
      title={people.liveEvents}
      hint={people.liveEventsHint(format.count(MOST_LIVE))}
      controls={
        <>
          {items.length > 0 && <CsvButton name={people.liveEvents} rows={() => csvOf(items)} />}
          <Select<EventKind | ''>
            aria-label={people.kinds}
            size="small"
            popupMatchSelectWidth={false}
            value={kind ?? ''}
            options={[
              { value: '', label: people.anyKind },
              ...LIVE_KINDS.map((value) => ({ value, label: people.kind[value] })),
            ]}
            onChange={(picked) => onChange({ kind: picked || undefined })}
          />
        </>
      }
    >
      {items.length === 0 ? (
        <Notice title={people.noEventsTitle}>{people.noEvents}</Notice>
      ) : (
        <div className="live-events">
          <DataTable
            label={people.liveEvents}
            rows={items}
            rowKey={keyOf}
            columns={[
              {
                key: 'receivedAt',
                title: people.received,
                meaning: people.receivedMeaning,
                cell: ({ receivedAt, isNew }) => (
                  <span className={isNew ? 'new' : undefined}>
                    {format.time(receivedAt)}
                    {isNew && <span className="new-mark">{people.isNew}</span>}
                  </span>
                ),
              },
              { key: 'event', title: people.event, cell: (event) => <EventName event={event} /> },
              { key: 'outcome', title: people.result, cell: (event) => <EventOutcome event={event} /> },
              {
                key: 'duration',
                title: people.duration,
                meaning: people.durationMeaning,
                isNumber: true,
                cell: ({ durationMs }) => durationMs !== undefined && format.count(durationMs),
              },
              { key: 'user', title: people.user, cell: ({ user }) => <UserLink user={user} /> },
              { key: 'session', title: people.session, cell: ({ session }) => <SessionLink session={session} /> },
              { key: 'version', title: people.version, cell: ({ version }) => version || common.none },
              { key: 'device', title: people.device, cell: ({ model }) => modelName(model) || common.none },
              { key: 'network', title: people.rest.network, cell: ({ network }) => network || common.none },
            ]}
          />
        </div>
      )}
    </Panel>
  );
}

const CSV_COLUMNS = [
  'receivedAt',
  'at',
  'kind',
  'page',
  'outcome',
  'durationMs',
  'user',
  'session',
  'n',
  'version',
  'model',
  'network',
] as const;

const csvOf = (items: readonly LiveEvent[]) => [
  [...CSV_COLUMNS, 'subject'],
  ...items.map((item) => [...CSV_COLUMNS.map((name) => item[name] ?? null), eventSubject(item)]),
];
