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
import { FIRST_PAGE, useChange } from '../../panels/use-change';
import { useFormat } from '../../panels/use-format';
import { useScreen } from '../../panels/use-screen';
import { useTitle } from '../../panels/use-title';
import { questions } from '../../query/questions';
import { useNow } from '../../range/use-now';
import type { RequestsSearch } from '../address';
import { ROUTE_METRICS } from '../list-metrics';
import { RequestFigures } from './request-figures';
import { OUTCOME_SERIES } from './request-series';
import { requestsQuestions } from './requests-questions';
import { matchingRoutes } from './route-name';
import { RouteCsv, RouteTable } from './route-table';

const route = getRouteApi('/signed-in/apps/$app/requests');

/** How the servers behind the app answer, route by route. */
export function RequestsPage() {
  const { requests } = useCopy();
  const format = useFormat();
  const address = route.useSearch();
  const nowMs = useNow();
  const screen = useScreen(address);
  const { sort = ROUTE_METRICS[0], order = 'desc', search } = address;
  const found = useQuery(questions(screen.app.appid, requestsQuestions(screen.asked, screen, { by: sort, order })));
  useTitle(requests.title, screen.app.name);

  const change = useChange<RequestsSearch>(FIRST_PAGE);
  const setSearch = useCallback((text: string | undefined) => change({ search: text }), [change]);

  return (
    <>
      <ScreenHead title={requests.title} address={address} onChange={change} />
      <Question of={found} lines={14}>
        {({ answers }) => {
          const { rows = [], total = 0, range } = answers.routes ?? {};
          if (rows.length === 0)
            return (
              <section className="panel">
                <Notice title={requests.emptyTitle}>{requests.empty}</Notice>
              </section>
            );
          const matching = matchingRoutes(rows, search);
          return (
            <>
              {range && <CoveredHours range={range} />}
              <RequestFigures answers={answers} />
              <MetricTrend
                title={requests.trend}
                answer={answers.trend}
                grain={screen.grain}
                nowMs={nowMs}
                series={OUTCOME_SERIES}
              />
              <Panel
                title={requests.table}
                controls={
                  <>
                    <SearchBox
                      label={requests.search}
                      value={search}
                      onChange={setSearch}
                      icon={<SearchOutlined />}
                      maxLength={256}
                    />
                    <RouteCsv rows={matching} />
                  </>
                }
              >
                {matching.length === 0 ? (
                  <Notice title={requests.noMatchTitle(search ?? '')}>{requests.noMatch}</Notice>
                ) : (
                  <RouteTable rows={matching} address={address} onChange={change} />
                )}
                {total > rows.length && (
                  <p className="muted capped">{requests.capped(format.count(rows.length), format.count(total))}</p>
                )}
              </Panel>
            </>
          );
        }}
      </Question>
    </>
  );
}
