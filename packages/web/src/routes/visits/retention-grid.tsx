import type { Retention } from '@minilens/wire/questions';
import { useCopy } from '../../appearance/appearance';
import { CsvButton } from '../../panels/csv-button';
import { DataTable } from '../../panels/data-table';
import { Explained } from '../../panels/explained';
import { Panel } from '../../panels/panel';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';
import { allCohorts, type CohortRow } from './retained-rates';

interface RetentionGridProps {
  rows: readonly CohortRow[];
  unit: Retention['unit'];
  who: 'new' | undefined;
}

/** A row for each cohort, a column for each period after it; the more came again, the stronger the colour. */
export function RetentionGrid({ rows, unit, who }: RetentionGridProps) {
  const { visits } = useCopy();
  const format = useFormat();
  const metrics = useMetrics();
  const size = metrics(who === 'new' ? 'visit_uv_new' : 'visit_uv');
  const all = allCohorts(rows);
  const periods = all.again.map((_, index) => visits.after[unit](String(index + 1)));
  const shown = [
    { key: 'all', name: <Explained name={visits.allCohorts} meaning={visits.allCohortsMeaning} />, ...all },
    ...rows.map(({ at, ...row }) => ({ key: String(at), name: format.bucket(at, unit), ...row })),
  ];
  return (
    <Panel
      title={visits.retention}
      hint={visits.retentionHint}
      controls={
        <CsvButton
          name={visits.retention}
          rows={() => [
            [visits.cohort, size.title, ...periods.flatMap((period) => [period, `${period} %`])],
            ...rows.map(({ at, users, again }) => [
              format.bucket(at, unit),
              users,
              ...again.flatMap(({ users, rate }) => [users, rate === null ? null : Number(rate.toFixed(4))]),
            ]),
          ]}
        />
      }
    >
      <DataTable
        label={visits.retention}
        rows={shown}
        rowKey={({ key }) => key}
        columns={[
          { key: 'cohort', title: visits.cohort, cell: ({ name }) => name },
          {
            key: 'users',
            title: size.title,
            ...(size.meaning !== undefined && { meaning: size.meaning }),
            isNumber: true,
            cell: ({ users }) => format.count(users),
          },
          ...periods.map((period, index) => ({
            key: period,
            title: period,
            meaning: visits.cameMeaning[who ?? 'all'],
            isNumber: true,
            cell: ({ again }: (typeof shown)[number]) => {
              const cell = again[index];
              return (
                cell && (
                  <span
                    className="heat"
                    style={{ '--heat': `${Math.round(cell.rate ?? 0)}%` } as React.CSSProperties}
                    title={visits.came(format.count(cell.users), format.count(cell.of))}
                  >
                    {format.percent(cell.rate)}
                  </span>
                )
              );
            },
          })),
        ]}
      />
    </Panel>
  );
}
