import type { LossReport } from '@minilens/wire/report-api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import type { ChartSpec } from '../../panels/chart/chart-option';
import { ChartPanel } from '../../panels/chart/chart-panel';
import { CoveredHours } from '../../panels/covered-hours';
import { CsvButton } from '../../panels/csv-button';
import { type Column, DataTable } from '../../panels/data-table';
import { Figure } from '../../panels/figure';
import { Figures, MetricFigure } from '../../panels/figures';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { ScreenHead } from '../../panels/screen-head';
import { useChange } from '../../panels/use-change';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';
import { useTitle } from '../../panels/use-title';
import { appUntilFirstEvent } from '../../query/app';
import { lossReport } from '../../query/settings';
import { askedRange, chosenRange, type RangeSearch } from '../../range/range-choice';
import { useNow } from '../../range/use-now';
import { dropsByReason, type Loss, lossByAgent, lossByDay, lossOf } from './loss-by';

const route = getRouteApi('/signed-in/apps/$app/settings/health');

/** Whether what is shown elsewhere can be believed: what never arrived, what was dropped, and how fresh it is. */
export function HealthPage() {
  const { settings } = useCopy();
  const copy = settings.health;
  const app = useApp();
  const address = route.useSearch();
  const change = useChange<RangeSearch>();
  const asked = askedRange(chosenRange(address), app.timezone, useNow());
  const report = useQuery(lossReport(app.appid, asked));
  useTitle(copy.title, app.name);
  return (
    <>
      <ScreenHead title={copy.title} address={address} hasFilters={false} onChange={change} />
      <Question of={report} lines={12}>
        {(answer) => (
          <>
            <CoveredHours range={answer.range} />
            <Totals report={answer} />
            {answer.loss.length + answer.drops.length === 0 ? (
              <div className="panel">
                <Notice title={copy.emptyTitle}>{copy.empty}</Notice>
              </div>
            ) : (
              <>
                <DailyLoss report={answer} />
                <div className="columns">
                  <Agents report={answer} />
                  <Drops report={answer} />
                </div>
              </>
            )}
          </>
        )}
      </Question>
    </>
  );
}

function Totals({ report }: { report: LossReport }) {
  const { settings } = useCopy();
  const copy = settings.health;
  const known = useApp();
  const format = useFormat();
  const { data: { lastEventAt } = known } = useQuery(appUntilFirstEvent(known.appid));
  const { numbered, arrived, missing, lossRate, dropped } = lossOf(report.loss, report.drops);
  return (
    <Figures label={copy.figures}>
      <Figure name={copy.lastEvent} meaning={copy.lastEventMeaning}>
        <span className="moment">{lastEventAt === null ? '—' : format.moment(lastEventAt)}</span>
      </Figure>
      <MetricFigure metric="numbered" value={numbered} />
      <Figure name={copy.arrived} meaning={copy.arrivedMeaning}>
        {format.count(arrived)}
      </Figure>
      <MetricFigure metric="missing" value={missing} isBad={missing > 0} />
      <MetricFigure metric="lossRate" value={lossRate} />
      <MetricFigure metric="dropped" value={dropped} isBad={dropped > 0} />
    </Figures>
  );
}

function DailyLoss({ report }: { report: LossReport }) {
  const { settings, trend } = useCopy();
  const metrics = useMetrics();
  const format = useFormat();
  const nowMs = useNow();
  const spec = useMemo((): ChartSpec => {
    const days = lossByDay(report).filter(({ at }) => at <= nowMs);
    const series = (metric: 'missing' | 'dropped', colour: 'error' | 'late') => ({
      name: metrics(metric).title,
      kind: 'bar' as const,
      colour,
      stack: 'lost',
      values: days.map((day) => day[metric]),
    });
    return {
      buckets: days.map(({ at }) => format.bucket(at, 'day')),
      unit: 'count',
      isOngoing: report.range.to > nowMs,
      ongoing: trend.ongoing,
      series: [series('missing', 'error'), series('dropped', 'late')],
    };
  }, [report, nowMs, metrics, format, trend]);
  return <ChartPanel title={settings.health.daily} hint={trend.grain.day} spec={spec} />;
}

/** Loss rates by version and day stand behind the version's row. */
function Agents({ report }: { report: LossReport }) {
  const { settings, trend } = useCopy();
  const copy = settings.health;
  const format = useFormat();
  const columns = useLossColumns();
  const agents = lossByAgent(report);
  return (
    <Panel
      title={copy.byAgent}
      hint={copy.byAgentHint}
      controls={
        <CsvButton
          name={copy.byAgent}
          rows={() => [
            [trend.time, copy.agent, ...columns.map(({ title }) => title)],
            ...lossByAgent(report).flatMap(({ agent }) =>
              lossByDay(only(report, agent)).map(({ at, ...day }) => [
                format.bucket(at, 'day'),
                agent,
                day.numbered,
                day.missing,
                day.lossRate,
                day.dropped,
              ]),
            ),
          ]}
        />
      }
    >
      <DataTable
        label={copy.byAgent}
        rows={agents}
        rowKey={({ agent }) => agent}
        columns={[
          { key: 'agent', title: copy.agent, cell: ({ agent }) => <code>{agent || copy.unknownAgent}</code> },
          ...columns,
        ]}
        more={({ agent }) => (
          <DataTable
            label={copy.daysOf(agent)}
            rows={lossByDay(only(report, agent)).toReversed()}
            rowKey={({ at }) => at}
            columns={[{ key: 'at', title: trend.time, cell: ({ at }) => format.bucket(at, 'day') }, ...columns]}
          />
        )}
      />
    </Panel>
  );
}

const only = ({ range, loss, drops }: LossReport, agent: string): LossReport => ({
  range,
  loss: loss.filter((row) => row.agent === agent),
  drops: drops.filter((row) => row.agent === agent),
});

function useLossColumns(): Column<Loss>[] {
  const metrics = useMetrics();
  const format = useFormat();
  return (['numbered', 'missing', 'lossRate', 'dropped'] as const).map((metric) => {
    const { title, meaning, unit } = metrics(metric);
    return {
      key: metric,
      title,
      ...(meaning !== undefined && { meaning }),
      isNumber: true,
      cell: (row) => (
        <span className={metric !== 'numbered' && !row[metric] ? 'muted' : undefined}>
          {format.value(row[metric], metric === 'lossRate' ? '%' : unit)}
        </span>
      ),
    };
  });
}

function Drops({ report }: { report: LossReport }) {
  const { settings } = useCopy();
  const copy = settings.health;
  const metrics = useMetrics();
  const format = useFormat();
  const drops = dropsByReason(report);
  const nameOf = (reason: string) => (copy.reasons as Record<string, string>)[reason] ?? reason;
  const { title, meaning } = metrics('dropped');
  return (
    <Panel
      title={copy.byReason}
      controls={
        drops.length > 0 && (
          <CsvButton
            name={copy.byReason}
            rows={() => [
              [copy.reason, title, copy.agent],
              ...drops.map(({ reason, dropped, agents }) => [reason, dropped, agents.join(' ')]),
            ]}
          />
        )
      }
    >
      {drops.length === 0 ? (
        <Notice title={copy.noDropsTitle}>{copy.noDrops}</Notice>
      ) : (
        <DataTable
          label={copy.byReason}
          rows={drops}
          rowKey={({ reason }) => reason}
          columns={[
            {
              key: 'reason',
              title: copy.reason,
              cell: ({ reason }) => (
                <>
                  {nameOf(reason)}
                  <span className="reason muted">{(copy.reasonMeanings as Record<string, string>)[reason]}</span>
                </>
              ),
            },
            {
              key: 'dropped',
              title,
              ...(meaning !== undefined && { meaning }),
              isNumber: true,
              cell: ({ dropped }) => format.count(dropped),
            },
            { key: 'agents', title: copy.agent, cell: ({ agents }) => <code>{agents.join(' ')}</code> },
          ]}
        />
      )}
    </Panel>
  );
}
