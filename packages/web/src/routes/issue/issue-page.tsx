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
import { onlyRow } from '../../query/answer-rows';
import { issueStates } from '../../query/issues';
import { questions } from '../../query/questions';
import { useNow } from '../../range/use-now';
import type { IssueSearch } from '../address';
import { ErrorFigures } from '../errors/error-figures';
import { ERRORS } from '../errors/error-series';
import { issueQuestions, SPLIT_METRICS } from './issue-questions';
import { JudgeIssue } from './judge-issue';
import { newestVersion } from './newest-version';
import { Samples } from './samples';

const route = getRouteApi('/signed-in/apps/$app/errors/$issue');

/** One issue: since when, in which versions, on which platforms, and single errors with what led to them. */
export function IssuePage() {
  const { errors, detail, records, filter } = useCopy();
  const { issue } = route.useParams();
  const address = route.useSearch();
  const nowMs = useNow();
  const screen = useScreen(address);
  const { app, asked, grain } = screen;
  const { page, ...narrowed } = address;
  const found = useQuery(questions(app.appid, issueQuestions(asked, screen, issue)));
  const states = useQuery(issueStates(app.appid));
  const { error, message, frame } = onlyRow(found.data?.answers ?? {}, 'name');
  const name = error || errors.noType;
  useTitle(found.data ? String(name) : errors.issue, app.name);

  const change = useChange<IssueSearch>(FIRST_PAGE);

  return (
    <>
      <ScreenHead
        title={
          <div className="issue-title">
            <Link to="/apps/$app/errors" params={{ app: app.appid }} search={narrowed}>
              ← {errors.title}
            </Link>
            <h1>{message === undefined ? errors.issue : name}</h1>
            {message && <p className="issue-message">{message}</p>}
            {frame && <p className="muted mono">{frame}</p>}
          </div>
        }
        address={address}
        onChange={change}
      />
      <Question of={found} lines={14}>
        {({ answers }) => {
          const versions = answers.versions?.rows ?? [];
          if (versions.length === 0)
            return (
              <section className="panel">
                <Notice title={errors.goneTitle}>{errors.gone}</Notice>
              </section>
            );
          return (
            <>
              {answers.figures && <CoveredHours range={answers.figures.range} />}
              <Question of={states} lines={1}>
                {({ items }) => (
                  <JudgeIssue
                    issue={issue}
                    said={items.find((said) => said.issue === issue)}
                    newest={newestVersion(versions)}
                  />
                )}
              </Question>
              <ErrorFigures answers={answers} />
              <MetricTrend title={errors.trend} answer={answers.trend} grain={grain} nowMs={nowMs} series={ERRORS} />
              <div className="columns">
                <AnswerPanel
                  title={detail.versions}
                  name={{
                    title: records.version,
                    text: ({ version }) => String(version) || detail.noVersion,
                    cell: ({ version }) => <VersionName version={String(version)} />,
                  }}
                  metrics={SPLIT_METRICS}
                  rows={versions}
                  empty={errors.emptyTitle}
                />
                <AnswerPanel
                  title={errors.platforms}
                  name={{ title: filter.name.platform, text: ({ platform }) => String(platform) || filter.empty }}
                  metrics={SPLIT_METRICS}
                  rows={answers.platforms?.rows ?? []}
                  empty={errors.emptyTitle}
                />
              </div>
              <Samples issue={issue} asked={asked} address={address} onChange={change} />
            </>
          );
        }}
      </Question>
    </>
  );
}
