import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { AnswerPanel } from '../../panels/answer-panel';
import { MetricTrend } from '../../panels/chart/metric-trend';
import { CoveredHours } from '../../panels/covered-hours';
import { Notice } from '../../panels/notice';
import { Question } from '../../panels/question';
import { ScreenHead } from '../../panels/screen-head';
import { useChange } from '../../panels/use-change';
import { useScreen } from '../../panels/use-screen';
import { useTitle } from '../../panels/use-title';
import { numberIn, onlyRow } from '../../query/answer-rows';
import { questions } from '../../query/questions';
import { useNow } from '../../range/use-now';
import type { PerformanceSearch } from '../address';
import { LaunchGuidancePanel } from './launch-guidance-panel';
import { LaunchStages } from './launch-stages';
import { PerformanceFigures } from './performance-figures';
import { PAGE_METRICS, pageQuestions, performanceQuestions } from './performance-questions';
import { LAUNCH, MEMORY, MEMORY_WARNINGS, OPEN_RATE, PAGE_SWITCH, STAGES } from './performance-series';
import { SplitPanel } from './split-panel';

const route = getRouteApi('/signed-in/apps/$app/performance');

/** How fast the app starts and turns its pages, and what it does to the memory. */
export function PerformancePage() {
  const { performance, filter } = useCopy();
  const address = route.useSearch();
  const nowMs = useNow();
  const screen = useScreen(address);
  const { app, asked, filters, grain } = screen;
  const { split = 'platform' } = address;
  const found = useQuery(questions(app.appid, performanceQuestions(asked, screen, split)));
  const pages = useQuery(questions(app.appid, pageQuestions(asked, filters)));
  useTitle(performance.title, app.name);

  const change = useChange<PerformanceSearch>();
  const trend = { grain, nowMs };

  return (
    <>
      <ScreenHead title={performance.title} address={address} onChange={change} />
      <Question of={found} lines={14}>
        {({ answers }) => {
          const measured = onlyRow(answers, 'measured');
          const isEmpty = [measured, onlyRow(answers, 'sessions')].every((row) =>
            Object.keys(row).every((metric) => !numberIn(row, metric)),
          );
          if (isEmpty)
            return (
              <section className="panel">
                <Notice title={performance.emptyTitle}>{performance.empty}</Notice>
              </section>
            );
          return (
            <>
              {answers.measured && <CoveredHours range={answers.measured.range} />}
              <PerformanceFigures answers={answers} />
              <div className="columns">
                <div>
                  <LaunchStages row={measured} />
                  <LaunchGuidancePanel rows={answers.platforms?.rows ?? []} />
                </div>
                <div>
                  <MetricTrend title={performance.launch} answer={answers.trend} {...trend} series={LAUNCH} />
                  <MetricTrend title={performance.stageTrend} answer={answers.trend} {...trend} series={STAGES} />
                </div>
                <MetricTrend title={performance.openrate} answer={answers.sessionTrend} {...trend} series={OPEN_RATE} />
                <MetricTrend title={performance.pageSwitch} answer={answers.trend} {...trend} series={PAGE_SWITCH} />
                <MetricTrend title={performance.memory} answer={answers.trend} {...trend} series={MEMORY} />
                <MetricTrend
                  title={performance.memoryWarnings}
                  answer={answers.trend}
                  {...trend}
                  series={MEMORY_WARNINGS}
                />
              </div>
              <SplitPanel rows={answers.split?.rows ?? []} split={split} onChange={change} />
              <Question of={pages}>
                {({ answers: { pages } }) => (
                  <AnswerPanel
                    title={performance.pages}
                    hint={performance.pagesHint}
                    name={{
                      title: filter.name.page,
                      text: ({ page }) => String(page) || filter.empty,
                      cell: ({ page }) => <span className="mono">{String(page) || filter.empty}</span>,
                    }}
                    metrics={PAGE_METRICS}
                    rows={pages?.rows ?? []}
                    empty={performance.noPages}
                  />
                )}
              </Question>
            </>
          );
        }}
      </Question>
    </>
  );
}
