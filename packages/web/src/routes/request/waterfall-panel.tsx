import type { AnswerRows } from '@minilens/wire/questions';
import { useCopy } from '../../appearance/appearance';
import { CsvButton } from '../../panels/csv-button';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { StageBar } from '../../panels/stage-bar';
import { waterfallOf } from './waterfall';

/** Where the time of a request of this route goes. */
export function WaterfallPanel({ row }: { row: AnswerRows[number] }) {
  const { requests } = useCopy();
  const stages = waterfallOf(row);
  const name = (key: string) => requests.stage[key as keyof typeof requests.stage];
  return (
    <Panel
      title={requests.waterfall}
      hint={requests.waterfallHint}
      controls={
        stages.length > 0 && (
          <CsvButton
            name={requests.waterfall}
            rows={() => [[requests.waterfall, 'ms'], ...stages.map(({ key, ms }) => [name(key), ms])]}
          />
        )
      }
    >
      {stages.length === 0 ? (
        <Notice title={requests.noWaterfall}>{requests.noWaterfallWhy}</Notice>
      ) : (
        <StageBar label={requests.waterfall} stages={stages} name={name} />
      )}
    </Panel>
  );
}
