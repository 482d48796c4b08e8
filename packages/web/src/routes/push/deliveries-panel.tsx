import type { PushReport } from '@minilens/wire/push-report';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { RecordsCsv } from '../../panels/records/records-csv';
import { pushDeliveries } from '../../query/push';
import type { PushSearch } from '../address';
import { DELIVERIES } from './deliveries-link';
import { DeliveryFilters } from './delivery-filters';
import { deliveryQuestion } from './delivery-question';
import { DELIVERIES_PER_PAGE, DeliveryTable } from './delivery-table';

interface DeliveriesPanelProps {
  report: PushReport;
  asked: { from: string; to: string };
  address: PushSearch;
  onChange: (changed: PushSearch) => void;
}

/** Single deliveries: what came, how it ended, where the time went. */
export function DeliveriesPanel({ report, asked, address, onChange }: DeliveriesPanelProps) {
  const { push } = useCopy();
  const { appid } = useApp();
  const deliveries = useQuery(pushDeliveries(appid, deliveryQuestion(address, asked, DELIVERIES_PER_PAGE)));
  const { page = 1 } = address;
  const filter = useCallback((changed: PushSearch) => onChange({ page: undefined, ...changed }), [onChange]);

  return (
    <Panel
      id={DELIVERIES}
      title={push.deliveries}
      controls={<RecordsCsv name={push.deliveries} items={deliveries.data?.items} />}
    >
      <DeliveryFilters report={report} address={address} onChange={filter} />
      <Question of={deliveries}>
        {({ items, total }) =>
          items.length === 0 && page === 1 ? (
            <Notice title={push.noMatchTitle}>{push.noMatch}</Notice>
          ) : (
            <DeliveryTable items={items} total={total} page={page} onChange={filter} />
          )
        }
      </Question>
    </Panel>
  );
}
