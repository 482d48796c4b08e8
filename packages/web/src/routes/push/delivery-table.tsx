import type { Delivery } from '@minilens/wire/push-report';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { DataTable } from '../../panels/data-table';
import { Pager } from '../../panels/pager';
import { useFormat } from '../../panels/use-format';
import { MAX_OFFSET } from '../../query/asked';
import type { PushSearch } from '../address';
import { KindMark } from './kind-mark';
import { MessageName } from './message-name';
import { scaleOf, TimingBar, TimingLegend } from './timing-bar';

export const DELIVERIES_PER_PAGE = 20;

const route = getRouteApi('/signed-in/apps/$app/push');

interface DeliveryTableProps {
  items: Delivery[];
  total: number;
  page: number;
  onChange: (changed: PushSearch) => void;
}

export function DeliveryTable({ items, total, page, onChange }: DeliveryTableProps) {
  const { push, common } = useCopy();
  const format = useFormat();
  const scaleMs = scaleOf(items);
  return (
    <div className="deliveries">
      <TimingLegend scaleMs={scaleMs} />
      <DataTable<Delivery>
        label={push.deliveries}
        rows={items}
        rowKey={({ delivery }) => delivery}
        columns={[
          { key: 'at', title: push.time, cell: (delivery) => <MessageLink delivery={delivery} /> },
          { key: 'result', title: push.result, cell: (delivery) => <KindMark of={delivery} /> },
          {
            key: 'duration',
            title: push.duration,
            isNumber: true,
            cell: ({ durationMs }) => format.milliseconds(durationMs),
          },
          {
            key: 'timing',
            title: push.timing,
            cell: (delivery) => <TimingBar delivery={delivery} scaleMs={scaleMs} />,
          },
          { key: 'status', title: push.status, isNumber: true, cell: ({ status }) => status ?? common.none },
          {
            key: 'attempt',
            title: push.attempt,
            isNumber: true,
            cell: ({ attempt, attempts }) =>
              push.attemptOf(format.count(attempt), format.count(Math.max(attempt, attempts))),
          },
          { key: 'message', title: push.message, cell: (delivery) => <MessageName {...delivery} /> },
          { key: 'host', title: push.host, cell: ({ host }) => <span className="mono">{host}</span> },
        ]}
      />
      <Pager
        page={page}
        pageSize={DELIVERIES_PER_PAGE}
        total={total}
        reachable={MAX_OFFSET + DELIVERIES_PER_PAGE}
        onPage={(picked) => onChange({ page: picked })}
      />
      {total >= MAX_OFFSET && <p className="muted capped">{push.capped}</p>}
    </div>
  );
}

/** Opens the message: an address of its own, so that it can be sent to a colleague and closed by going back. */
function MessageLink({ delivery: { at, messageKey } }: { delivery: Delivery }) {
  const { push } = useCopy();
  const when = useFormat().moment(at);
  const { app } = route.useParams();
  const address: PushSearch = route.useSearch();
  return (
    <Link
      to="/apps/$app/push"
      params={{ app }}
      search={{ ...address, message: messageKey }}
      resetScroll={false}
      aria-label={push.open(when)}
    >
      {when}
    </Link>
  );
}
