import { SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useCopy } from '../../appearance/appearance';
import { MetricTrend } from '../../panels/chart/metric-trend';
import { CoveredHours } from '../../panels/covered-hours';
import { Notice } from '../../panels/notice';
import { Panel } from '../../panels/panel';
import { Question } from '../../panels/question';
import { ScreenHead } from '../../panels/screen-head';
import { SearchBox } from '../../panels/search-box';
import { Segmented } from '../../panels/segmented';
import { FIRST_PAGE, useChange } from '../../panels/use-change';
import { useFormat } from '../../panels/use-format';
import { useScreen } from '../../panels/use-screen';
import { useTitle } from '../../panels/use-title';
import { issueStates } from '../../query/issues';
import { questions } from '../../query/questions';
import { useNow } from '../../range/use-now';
import type { ErrorsSearch } from '../address';
import { ISSUE_METRICS } from '../list-metrics';
import { ErrorFigures } from './error-figures';
import { CRASH_FREE, ERRORS } from './error-series';
import { errorsQuestions } from './errors-questions';
import { IssueCsv, IssueTable } from './issue-table';
import { issuesOf } from './issues';

const route = getRouteApi('/signed-in/apps/$app/errors');
const STATES = ['open', 'resolved', 'ignored', 'any'] as const;

/** Which JavaScript errors users meet, and how many opens are free of them. */
export function ErrorsPage() {
  const { errors } = useCopy();
  const format = useFormat();
  const address = route.useSearch();
  const nowMs = useNow();
  const screen = useScreen(address);
  const { app, asked, grain } = screen;
  const { sort = ISSUE_METRICS[0], order = 'desc', search, state = 'open' } = address;
  const found = useQuery(questions(app.appid, errorsQuestions(asked, screen, { by: sort, order })));
  const states = useQuery(issueStates(app.appid));
  useTitle(errors.title, app.name);

  const change = useChange<ErrorsSearch>(FIRST_PAGE);
  const setSearch = useCallback((text: string | undefined) => change({ search: text }), [change]);
  const trend = { grain, nowMs };

  return (
    <>
      <ScreenHead title={errors.title} address={address} onChange={change} />
      <Question of={found} lines={14}>
        {({ answers }) => {
          const { rows = [], total = 0, range } = answers.issues ?? {};
          return (
            <>
              {range && <CoveredHours range={range} />}
              <ErrorFigures answers={answers} />
              {rows.length === 0 ? (
                <section className="panel">
                  <Notice title={errors.emptyTitle}>{errors.empty}</Notice>
                </section>
              ) : (
                <>
                  <div className="columns">
                    <MetricTrend
                      title={errors.crashFree}
                      answer={answers.crashFreeTrend}
                      {...trend}
                      series={CRASH_FREE}
                    />
                    <MetricTrend title={errors.trend} answer={answers.trend} {...trend} series={ERRORS} />
                  </div>
                  <Question of={states}>
                    {({ items }) => {
                      const issues = issuesOf(rows, items, { state, search });
                      return (
                        <Panel
                          title={errors.issues}
                          controls={
                            <>
                              <Segmented<(typeof STATES)[number]>
                                label={errors.stateTitle}
                                value={state}
                                options={STATES.map((value) => ({ value, label: errors.state[value] }))}
                                onChange={(picked) => change({ state: picked === 'open' ? undefined : picked })}
                              />
                              <SearchBox
                                label={errors.search}
                                value={search}
                                onChange={setSearch}
                                icon={<SearchOutlined />}
                                maxLength={256}
                              />
                              <IssueCsv issues={issues} />
                            </>
                          }
                        >
                          {issues.length === 0 ? (
                            <Notice title={errors.noMatchTitle}>{errors.noMatch}</Notice>
                          ) : (
                            <IssueTable issues={issues} address={address} onChange={change} />
                          )}
                          {total > rows.length && (
                            <p className="muted capped">
                              {errors.capped(format.count(rows.length), format.count(total))}
                            </p>
                          )}
                        </Panel>
                      );
                    }}
                  </Question>
                </>
              )}
            </>
          );
        }}
      </Question>
    </>
  );
}
