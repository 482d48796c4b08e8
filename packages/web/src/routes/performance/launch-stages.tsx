import type { AnswerRows } from '@minilens/wire/questions';
import { useAppearance, useCopy } from '../../appearance/appearance';
import type { Palette } from '../../appearance/palette';
import { CsvButton } from '../../panels/csv-button';
import { DataTable } from '../../panels/data-table';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { StageBar } from '../../panels/stage-bar';
import { withRest } from '../../panels/stages';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';
import { numberIn } from '../../query/answer-rows';
import { STAGE_NAMES } from './performance-questions';

const COLOURS: Record<(typeof STAGE_NAMES)[number], keyof Palette> = {
  downloadPackage: 'dns',
  evaluateScript: 'late',
  firstRender: 'answer',
};

/** The stages of a launch one after another, with their spread. */
export function LaunchStages({ row }: { row: AnswerRows[number] }) {
  const { performance } = useCopy();
  const { palette } = useAppearance();
  const format = useFormat();
  const metrics = useMetrics();
  const told = STAGE_NAMES.map((key) => ({ key, ms: numberIn(row, key), colour: COLOURS[key] }));
  const stages = withRest(told, numberIn(row, 'appLaunch'));
  const name = (key: string) => (key === 'rest' ? performance.rest : metrics(key).title);
  const rows = [...STAGE_NAMES, 'appLaunch'] as const;
  const values = (key: string) => [key, `${key}P50Ms`, `${key}P95Ms`].map((metric) => numberIn(row, metric));
  return (
    <Panel
      title={performance.stages}
      {...(stages.length > 0 && { hint: performance.stagesHint })}
      controls={
        stages.length > 0 && (
          <CsvButton
            name={performance.stages}
            rows={() => [
              [performance.stage, performance.mean, 'P50', 'P95'],
              ...rows.map((key) => [name(key), ...values(key)]),
            ]}
          />
        )
      }
    >
      {stages.length === 0 ? (
        <Notice title={performance.noLaunch} />
      ) : (
        <>
          <StageBar label={performance.stages} stages={stages} name={name} />
          <DataTable
            label={performance.stages}
            rows={rows}
            rowKey={(key) => key}
            columns={[
              {
                key: 'stage',
                title: performance.stage,
                cell: (key) =>
                  key === 'appLaunch' ? (
                    <b>{name(key)}</b>
                  ) : (
                    <span
                      className="key key-bar"
                      style={{ '--key': palette[COLOURS[key]] } as React.CSSProperties}
                      title={metrics(key).meaning}
                    >
                      {name(key)}
                    </span>
                  ),
              },
              ...[performance.mean, 'P50', 'P95'].map((title, index) => ({
                key: title,
                title,
                isNumber: true,
                cell: (key: string) => format.value(values(key)[index] ?? null, 'ms'),
              })),
            ]}
          />
        </>
      )}
    </Panel>
  );
}
