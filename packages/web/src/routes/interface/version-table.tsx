import type { InterfaceDetail } from '@minilens/wire/report-api';
import { useCopy } from '../../appearance/appearance';
import { TablePanel } from '../../panels/table-panel';
import { TABLE_METRICS, useMetricColumns } from '../../panels/use-metric-columns';

type VersionRow = InterfaceDetail['versions'][number];

/** Since which release? */
export function VersionTable({ versions }: { versions: VersionRow[] }) {
  const { detail } = useCopy();
  const metrics = useMetricColumns<VersionRow, (typeof TABLE_METRICS)[number]>(TABLE_METRICS);
  return (
    <TablePanel
      title={detail.versions}
      hint={detail.versionsHint}
      rows={versions}
      rowKey={({ version }) => version}
      columns={[
        {
          key: 'version',
          title: detail.version,
          cell: ({ version }) =>
            version ? (
              <span className="mono">{version}</span>
            ) : (
              <span title={detail.noVersionHint}>{detail.noVersion}</span>
            ),
          saved: ({ version }) => version,
        },
        ...metrics,
      ]}
    />
  );
}
