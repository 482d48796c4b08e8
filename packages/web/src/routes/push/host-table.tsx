import type { PushReport } from '@minilens/wire/push-report';
import { useCopy } from '../../appearance/appearance';
import { DataTable } from '../../panels/data-table';
import { Panel } from '../../panels/panel';
import { DeliveriesLink } from './deliveries-link';
import { PART_FIGURES } from './push-figures';
import { usePushColumns } from './use-push-columns';

type HostRow = PushReport['hosts'][number];

/** Which server is slow or fails? */
export function HostTable({ hosts }: { hosts: HostRow[] }) {
  const { push } = useCopy();
  const figures = usePushColumns<HostRow>(PART_FIGURES);
  return (
    <Panel title={push.hosts} hint={push.hostsHint}>
      <DataTable
        label={push.hosts}
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
          },
          ...figures,
        ]}
      />
    </Panel>
  );
}
