import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { AnswerPanel } from '../../panels/answer-panel';
import { MetricTrend } from '../../panels/chart/metric-trend';
import { CoveredHours } from '../../panels/covered-hours';
import { Notice } from '../../panels/notice';
import { Question } from '../../panels/question';
import { ScreenHead } from '../../panels/screen-head';
import { FIRST_PAGE, useChange } from '../../panels/use-change';
import { useScreen } from '../../panels/use-screen';
import { useTitle } from '../../panels/use-title';
import { VersionName } from '../../panels/version-name';
import { numberIn, onlyRow } from '../../query/answer-rows';
import { questions } from '../../query/questions';
import { useNow } from '../../range/use-now';
import type { RequestSearch } from '../address';
import { RequestFigures } from '../requests/request-figures';
import { OUTCOME_SERIES } from '../requests/request-series';
import { requestQuestions, VERSION_METRICS } from './request-questions';
import { DURATION_SERIES, RATE_SERIES } from './request-series';
import { SingleRequests } from './single-requests';
import { WaterfallPanel } from './waterfall-panel';

const route = getRouteApi('/signed-in/apps/$app/requests/route');

/** Everything about one route: how often, how well, how fast, since which version, and single requests. */
export function RequestPage() {
  const { requests, detail, records } = useCopy();
  const address = route.useSearch();
  const nowMs = useNow();
  const screen = useScreen(address);
  const { method = '', host = '', path = '', show, page, ...narrowed } = address;
  const key = { method, host, path };
  const found = useQuery(questions(screen.app.appid, requestQuestions(screen.asked, screen, key)));
  useTitle(`${method} ${host}${path}`, screen.app.name);

  const change = useChange<RequestSearch>(FIRST_PAGE);
  const trend = { grain: screen.grain, nowMs };

  return (
    <>
      <ScreenHead
        title={
          <div>
            <Link to="/apps/$app/requests" params={{ app: screen.app.appid }} search={narrowed}>
              ← {requests.title}
            </Link>
            <h1 className="mono">
              {method} {host}
              <wbr />
              {path}
            </h1>
          </div>
        }
        address={address}
        onChange={change}
      />
      <Question of={found} lines={14}>
        {({ answers }) =>
          (numberIn(onlyRow(answers, 'figures'), 'requests') ?? 0) === 0 ? (
            <section className="panel">
              <Notice title={requests.emptyTitle}>{requests.emptyRoute}</Notice>
            </section>
          ) : (
            <>
              {answers.figures && <CoveredHours range={answers.figures.range} />}
              <RequestFigures answers={answers} />
              <MetricTrend title={requests.trend} answer={answers.trend} {...trend} series={OUTCOME_SERIES} />
              <div className="columns">
                <MetricTrend title={requests.rateTrend} answer={answers.trend} {...trend} series={RATE_SERIES} />
                <MetricTrend
                  title={requests.durationTrend}
                  answer={answers.trend}
                  {...trend}
                  series={DURATION_SERIES}
                />
              </div>
              <WaterfallPanel row={onlyRow(answers, 'waterfall')} />
              <AnswerPanel
                title={detail.versions}
                hint={requests.versionsHint}
                name={{
                  title: records.version,
                  text: ({ version }) => String(version) || detail.noVersion,
                  cell: ({ version }) => <VersionName version={String(version)} />,
                }}
                metrics={VERSION_METRICS}
                rows={answers.versions?.rows ?? []}
                empty={requests.emptyTitle}
              />
              <SingleRequests of={key} asked={screen.asked} address={address} onChange={change} />
            </>
          )
        }
      </Question>
    </>
  );
}
