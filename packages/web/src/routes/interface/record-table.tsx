import type { CallRecord } from '@minilens/wire/records';
import { useCopy } from '../../appearance/appearance';
import { modelName } from '../../format/model-name';
import { DataTable } from '../../panels/data-table';
import { OutcomeMark } from '../../panels/outcome-mark';
import { Pager } from '../../panels/pager';
import { SessionLink } from '../../panels/records/links';
import { useFormat } from '../../panels/use-format';
import { MAX_OFFSET } from '../../query/asked';
import type { InterfaceSearch } from '../address';
import { RecordRest } from './record-rest';

export const RECORDS_PER_PAGE = 20;

interface RecordTableProps {
  items: CallRecord[];
  total: number;
  page: number;
  onChange: (changed: InterfaceSearch) => void;
}

export function RecordTable({ items, total, page, onChange }: RecordTableProps) {
  const { records: copy, common } = useCopy();
  const format = useFormat();
  return (
    <>
      <DataTable<CallRecord>
        label={copy.title}
        rows={items}
        rowKey={({ session, n }) => `${session} ${n}`}
        more={(record) => <RecordRest record={record} />}
        columns={[
          {
            key: 'at',
            title: copy.time,
            cell: ({ at, session }) => <SessionLink session={session}>{format.moment(at)}</SessionLink>,
          },
          { key: 'outcome', title: copy.outcome, cell: ({ outcome }) => <OutcomeMark outcome={outcome} /> },
          {
            key: 'duration',
            title: copy.duration,
            isNumber: true,
            cell: ({ durationMs }) => format.milliseconds(durationMs),
          },
          {
            key: 'user',
            title: copy.user,
            cell: ({ user }) => (
              <FilterButton text={user} hint={copy.onlyUser(user)} onClick={() => onChange({ user })} />
            ),
          },
          {
            key: 'ip',
            title: copy.ip,
            cell: ({ ip }) => <FilterButton text={ip} hint={copy.onlyIp(ip)} onClick={() => onChange({ ip })} />,
          },
          {
            key: 'message',
            title: copy.message,
            cell: ({ errMsg }) => <span className="mono message">{errMsg || common.none}</span>,
          },
          { key: 'page', title: copy.page, cell: ({ page }) => <span className="mono">{page || common.none}</span> },
          { key: 'version', title: copy.version, cell: ({ version }) => version || common.none },
          { key: 'device', title: copy.device, cell: ({ model }) => modelName(model) || common.none },
        ]}
      />
      <Pager
        page={page}
        pageSize={RECORDS_PER_PAGE}
        total={total}
        reachable={MAX_OFFSET + RECORDS_PER_PAGE}
        onPage={(picked) => onChange({ page: picked })}
      />
      {total >= MAX_OFFSET && <p className="muted capped">{copy.capped}</p>}
    </>
  );
}

function FilterButton({ text, hint, onClick }: { text: string; hint: string; onClick: () => void }) {
  const { common } = useCopy();
  if (!text) return common.none;
  return (
    <button type="button" className="link mono id" title={hint} onClick={onClick}>
      {text}
    </button>
  );
}
