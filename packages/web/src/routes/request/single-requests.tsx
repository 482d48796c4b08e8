import type { EventRecord } from '@minilens/wire/records';
import { useQuery } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { recordWords } from '../../filters/record-words';
import { modelName } from '../../format/model-name';
import { useApp } from '../../panels/app-context';
import { DataTable } from '../../panels/data-table';
import { Notice } from '../../panels/notice';
import { Pager } from '../../panels/pager';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { SessionLink } from '../../panels/records/links';
import { RecordsCsv } from '../../panels/records/records-csv';
import { Segmented } from '../../panels/segmented';
import { useFormat } from '../../panels/use-format';
import { VersionName } from '../../panels/version-name';
import { type AskedRange, MAX_OFFSET } from '../../query/asked';
import { singleEvents } from '../../query/events';
import type { RequestSearch } from '../address';
import type { RouteKey } from './request-questions';

const ROWS_PER_PAGE = 20;
const SHOWN = ['failed', 'slowest', 'newest'] as const;
const FAILED = 'http_error,network_error';

interface SingleRequestsProps {
  of: RouteKey;
  asked: AskedRange;
  address: RequestSearch;
  onChange: (changed: RequestSearch) => void;
}

/** Requests one by one: those that failed, the slowest, or all. Each leads to what happened around it. */
export function SingleRequests({ of, asked, address, onChange }: SingleRequestsProps) {
  const { requests: copy } = useCopy();
  const { appid } = useApp();
  const { show = 'failed', page = 1 } = address;
  const found = useQuery(
    singleEvents(appid, {
      ...asked,
      ...recordWords(address),
      ...of,
      kind: 'request',
      ...(show === 'failed' && { outcome: FAILED }),
      ...(show === 'slowest' && { sort: 'durationMs' }),
      limit: ROWS_PER_PAGE,
      offset: (page - 1) * ROWS_PER_PAGE,
    }),
  );
  return (
    <Panel
      title={copy.single}
      controls={
        <>
          <RecordsCsv name={copy.single} items={found.data?.items} />
          <Segmented<(typeof SHOWN)[number]>
            isSmall
            label={copy.show}
            value={show}
            options={SHOWN.map((value) => ({ value, label: copy.shown[value] }))}
            onChange={(picked) => onChange({ show: picked === 'failed' ? undefined : picked, page: undefined })}
          />
        </>
      }
    >
      <Question of={found}>
        {({ items, total }) =>
          items.length === 0 && page === 1 ? (
            <Notice title={show === 'failed' ? copy.noFailed : copy.noSingle} />
          ) : (
            <>
              <RequestTable items={items} />
              <Pager
                page={page}
                pageSize={ROWS_PER_PAGE}
                total={total}
                reachable={MAX_OFFSET + ROWS_PER_PAGE}
                onPage={(picked) => onChange({ page: picked })}
              />
            </>
          )
        }
      </Question>
    </Panel>
  );
}

function RequestTable({ items }: { items: EventRecord[] }) {
  const { requests: copy, records, common } = useCopy();
  const format = useFormat();
  return (
    <DataTable<EventRecord>
      label={copy.single}
      rows={items}
      rowKey={({ session, n }) => `${session} ${n}`}
      columns={[
        {
          key: 'at',
          title: records.time,
          cell: ({ at, session }) => <SessionLink session={session}>{format.moment(at)}</SessionLink>,
        },
        { key: 'outcome', title: copy.result, cell: ({ outcome }) => <RequestOutcome outcome={outcome} /> },
        { key: 'status', title: 'HTTP', isNumber: true, cell: ({ status }) => status || common.none },
        {
          key: 'duration',
          title: records.duration,
          isNumber: true,
          cell: ({ durationMs }) => format.milliseconds(durationMs ?? null),
        },
        {
          key: 'received',
          title: copy.received,
          isNumber: true,
          cell: ({ receivedBytes }) => format.value(receivedBytes ?? null, 'bytes'),
        },
        {
          key: 'message',
          title: records.message,
          cell: ({ errMsg }) => <span className="mono message">{errMsg || common.none}</span>,
        },
        { key: 'page', title: records.page, cell: ({ page }) => <span className="mono">{page || common.none}</span> },
        { key: 'version', title: records.version, cell: ({ version }) => <VersionName version={version} /> },
        { key: 'network', title: records.network, cell: ({ network }) => network || common.none },
        {
          key: 'device',
          title: records.device,
          cell: ({ model, platform }) => modelName(model) || platform || common.none,
        },
      ]}
    />
  );
}

/** How a request ended. Only failure stands out. */
function RequestOutcome({ outcome = '' }: { outcome: string | undefined }) {
  const { requests } = useCopy();
  const look = outcome === 'ok' ? 'success' : outcome === 'abort' ? 'cancel' : 'fail';
  return (
    <span className={`outcome outcome-${look}`}>
      {requests.outcome[outcome as keyof typeof requests.outcome] ?? outcome}
    </span>
  );
}
