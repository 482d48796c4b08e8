import type { AnswerRows } from '@minilens/wire/questions';
import { useCopy } from '../../appearance/appearance';
import { TablePanel } from '../../panels/table-panel';
import type { AnswerRow } from '../../panels/use-answer-columns';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';
import { numberIn } from '../../query/answer-rows';
import { launchGuidanceMs } from './launch-guidance';

/** Mean launches beside what WeChat recommends, where it recommends something. */
export function LaunchGuidancePanel({ rows }: { rows: AnswerRows }) {
  const { performance, filter } = useCopy();
  const format = useFormat();
  const { title, meaning } = useMetrics()('appLaunch');
  const guided = rows.filter(({ platform }) => launchGuidanceMs(String(platform)) !== undefined);
  if (guided.length === 0) return null;
  return (
    <TablePanel<AnswerRow>
      title={performance.guidance}
      hint={performance.guidanceHint}
      rows={guided}
      rowKey={({ platform }) => String(platform)}
      columns={[
        {
          key: 'platform',
          title: filter.name.platform,
          cell: ({ platform }) => platform,
          saved: ({ platform }) => String(platform),
        },
        {
          key: 'appLaunch',
          title,
          ...(meaning !== undefined && { meaning }),
          isNumber: true,
          cell: (row) => format.value(numberIn(row, 'appLaunch'), 'ms'),
          saved: (row) => numberIn(row, 'appLaunch'),
        },
        {
          key: 'guidance',
          title: performance.recommended,
          isNumber: true,
          cell: ({ platform }) => `≤ ${format.value(launchGuidanceMs(String(platform)) ?? null, 'ms')}`,
          saved: ({ platform }) => launchGuidanceMs(String(platform)) ?? null,
        },
        { key: 'verdict', title: '', cell: (row) => <Verdict row={row} /> },
      ]}
    />
  );
}

function Verdict({ row }: { row: AnswerRow }) {
  const { performance, common } = useCopy();
  const mean = numberIn(row, 'appLaunch');
  if (mean === null) return common.none;
  const isWithin = mean <= (launchGuidanceMs(String(row.platform)) ?? 0);
  return (
    <span className={`outcome outcome-${isWithin ? 'success' : 'fail'}`}>
      {isWithin ? performance.within : performance.above}
    </span>
  );
}
