import type { EventRecord, SessionDetail } from '@minilens/wire/records';
import { useCopy } from '../../appearance/appearance';
import { CsvButton } from '../../panels/csv-button';
import { DataTable } from '../../panels/data-table';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { EventName } from '../../panels/records/event-name';
import { EventOutcome } from '../../panels/records/event-outcome';
import { isFailure } from '../../panels/records/event-words';
import { Segmented } from '../../panels/segmented';
import { useFormat } from '../../panels/use-format';
import type { SessionSearch } from '../address';
import { EventRest, hasRest } from './event-rest';
import { gapsIn, isShown, longestMs, SHOWS, type Show, sinceStart } from './time-line';

interface TimeLineProps {
  detail: SessionDetail;
  show: Show | undefined;
  onChange: (changed: SessionSearch) => void;
}

/** What a session did, first to last, and which of its numbers are not there. */
export function TimeLine({ detail: { session, events, missing, more }, show, onChange }: TimeLineProps) {
  const { people } = useCopy();
  const format = useFormat();
  const shown = events.filter((event) => isShown(event, show));
  const scaleMs = longestMs(shown);
  const gaps = gapsIn(events);
  const since = ({ at }: EventRecord) => sinceStart(at - session.startAt);
  return (
    <Panel
      title={people.timeLine}
      hint={people.timeLineHint}
      controls={
        <>
          <CsvButton name={`${people.session} ${session.session}`} rows={() => csvOf(shown)} />
          <Segmented<Show | 'all'>
            className="shows"
            isSmall
            label={people.show}
            value={show ?? 'all'}
            options={(['all', ...SHOWS] as const).map((value) => ({ value, label: people.shows[value] }))}
            onChange={(picked) => onChange({ show: picked === 'all' ? undefined : picked })}
          />
        </>
      }
    >
      {(gaps.length > 0 || missing > 0) && (
        <p className="gaps" role="note">
          {missing > 0 ? <b className="bad">{people.missing(format.count(missing))}</b> : people.noneMissing}
          {gaps.length > 0 &&
            ` ${people.gaps(gaps.map(({ from, to }) => (from === to ? from : `${from}–${to}`)).join(', '))}`}
        </p>
      )}
      {shown.length === 0 ? (
        <Notice title={show === 'failures' ? people.noFailures : people.nothingShown}>{people.nothingShownHint}</Notice>
      ) : (
        <div className="time-line">
          <DataTable
            label={people.timeLine}
            rows={shown}
            rowKey={({ n }) => n}
            more={(event) => hasRest(event) && <EventRest event={event} />}
            columns={[
              {
                key: 'since',
                title: people.since,
                meaning: people.sinceMeaning,
                cell: (event) => (
                  <span className={isFailure(event) ? 'moment failed' : 'moment'} title={format.moment(event.at)}>
                    {since(event)}
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
              {
                key: 'bar',
                title: people.scale(format.count(scaleMs)),
                cell: (event) => <DurationBar event={event} scaleMs={scaleMs} />,
              },
              { key: 'n', title: people.number, meaning: people.numberMeaning, isNumber: true, cell: ({ n }) => n },
            ]}
          />
        </div>
      )}
      {more && <p className="muted capped">{people.moreEvents(format.count(events.length))}</p>}
    </Panel>
  );
}

/** The number stands beside it. */
function DurationBar({ event, scaleMs }: { event: EventRecord; scaleMs: number }) {
  const { durationMs = 0 } = event;
  if (durationMs === 0) return null;
  return (
    <span className="timing" aria-hidden="true">
      <span
        className={isFailure(event) ? 'bad' : 'phase-waiting'}
        style={{ width: `${(100 * durationMs) / scaleMs}%` }}
      />
    </span>
  );
}

const CSV_COLUMNS = [
  'n',
  'at',
  'kind',
  'page',
  'name',
  'outcome',
  'durationMs',
  'stayMs',
  'method',
  'host',
  'path',
  'status',
  'errMsg',
  'errCode',
] as const;

const csvOf = (events: readonly EventRecord[]) => [
  CSV_COLUMNS,
  ...events.map((event) => CSV_COLUMNS.map((name) => event[name] ?? null)),
];
