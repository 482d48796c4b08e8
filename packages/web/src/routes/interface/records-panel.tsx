import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useCopy } from '../../appearance/appearance';
import { askedFilters } from '../../filters/filter-search';
import { useApp } from '../../panels/app-context';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { RecordsCsv } from '../../panels/records/records-csv';
import { callRecords } from '../../query/interfaces';
import type { InterfaceSearch } from '../address';
import { RecordFilters } from './record-filters';
import { RECORDS_PER_PAGE, RecordTable } from './record-table';

interface RecordsPanelProps {
  name: string;
  asked: { from: string; to: string };
  address: InterfaceSearch;
  onChange: (changed: InterfaceSearch) => void;
}

/** Single calls: who, where, on which device. */
export function RecordsPanel({ name, asked, address, onChange }: RecordsPanelProps) {
  const { records: copy } = useCopy();
  const { appid } = useApp();
  const { user, ip, outcome, page = 1 } = address;
  const records = useQuery(
    callRecords(appid, name, {
      ...asked,
      user,
      ip,
      outcome,
      limit: RECORDS_PER_PAGE,
      offset: (page - 1) * RECORDS_PER_PAGE,
    }),
  );
  const filter = useCallback((changed: InterfaceSearch) => onChange({ page: undefined, ...changed }), [onChange]);

  return (
    <Panel
      title={copy.title}
      hint={askedFilters(address) ? copy.unfiltered : copy.hint}
      controls={<RecordsCsv name={`${name} · ${copy.title}`} items={records.data?.items} />}
    >
      <RecordFilters user={user} ip={ip} outcome={outcome} onChange={filter} />
      <Question of={records}>
        {({ items, total }) =>
          items.length === 0 && page === 1 ? (
            <Notice title={copy.emptyTitle}>{copy.empty}</Notice>
          ) : (
            <RecordTable items={items} total={total} page={page} onChange={filter} />
          )
        }
      </Question>
    </Panel>
  );
}
