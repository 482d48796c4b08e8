import type { AnswerRows } from '@minilens/wire/questions';
import { useCopy } from '../../appearance/appearance';
import { AnswerPanel } from '../../panels/answer-panel';
import { filterWord } from '../../panels/filter-bar';
import { Segmented } from '../../panels/segmented';
import type { PerformanceSearch } from '../address';
import { SPLIT_METRICS, type Split } from './performance-questions';

const SPLITS: readonly Split[] = ['platform', 'level', 'network', 'version'];

interface SplitPanelProps {
  rows: AnswerRows;
  split: Split;
  onChange: (changed: PerformanceSearch) => void;
}

/** Where it is slow: by what the users have in hand. */
export function SplitPanel({ rows, split, onChange }: SplitPanelProps) {
  const { performance, filter } = useCopy();
  // An answer to the split before stays in sight while this one is fetched.
  const isAnswered = rows[0] === undefined || split in rows[0];
  return (
    <AnswerPanel
      title={performance.splitTitle}
      name={{
        title: filter.name[split],
        text: (row) => filterWord(split, String(row[split] ?? ''), filter),
      }}
      metrics={SPLIT_METRICS}
      rows={isAnswered ? rows : []}
      empty={performance.emptyTitle}
      controls={
        <Segmented<Split>
          isSmall
          label={performance.splitTitle}
          value={split}
          options={SPLITS.map((value) => ({ value, label: filter.name[value] }))}
          onChange={(picked) => onChange({ split: picked === 'platform' ? undefined : picked })}
        />
      }
    />
  );
}
