import type { PushReport } from '@minilens/wire/push-report';
import { useCopy } from '../../appearance/appearance';
import { TablePanel } from '../../panels/table-panel';
import { DeliveriesLink } from './deliveries-link';
import { PART_FIGURES } from './push-figures';
import { usePushColumns } from './use-push-columns';

type HostRow = PushReport['hosts'][number];

/** Which server is slow or fails? */
export function HostTable({ hosts }: { hosts: HostRow[] }) {
  const { push } = useCopy();
  const figures = usePushColumns<HostRow>(PART_FIGURES);
  return (
    <TablePanel
      title={push.hosts}
      hint={push.hostsHint}
      rows={hosts}
      rowKey={({ host }) => host}
      columns={[
        {
          key: 'host',
          title: push.host,
          cell: ({ host }) => (
            <DeliveriesLink only={{ host }} hint={push.onlyKind(host)}>
              <span className="mono">{host}</span>
            </DeliveriesLink>
          ),
          saved: ({ host }) => host,
        },
        ...figures,
      ]}
    />
  );
}
