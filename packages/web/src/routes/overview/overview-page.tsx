import type { Answers } from '@minilens/wire/questions';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCopy } from '../../appearance/appearance';
import { CoveredHours } from '../../panels/covered-hours';
import { ComparedFigures, Figures, MetricFigure, ofQuestion } from '../../panels/figures';
import { NoEventYet } from '../../panels/no-event-yet';
import { Question } from '../../panels/question';
import { ScreenHead, type ScreenSearch } from '../../panels/screen-head';
import { useChange } from '../../panels/use-change';
import { useScreen } from '../../panels/use-screen';
import { useTitle } from '../../panels/use-title';
import { numberIn, onlyRow } from '../../query/answer-rows';
import { useNow } from '../../range/use-now';
import { questionsOfOverview } from './ask-overview';
import { VISIT_METRICS } from './overview-questions';
import { SinceRelease } from './since-release';
import { TopInterfaces } from './top-interfaces';
import { TopIssues } from './top-issues';
import { VisitTrend } from './visit-trend';

const route = getRouteApi('/signed-in/apps/$app/overview');

/** How the app is doing, to be read in five seconds. */
export function OverviewPage() {
  const copy = useCopy();
  const address = route.useSearch();
  const nowMs = useNow();
  const screen = useScreen(address);
  const { app } = screen;
  const { figures, releases } = questionsOfOverview(screen, address, nowMs);
  const answers = useQuery(figures);
  useTitle(copy.overview.title, app.name);

  const change = useChange<ScreenSearch>();

  return (
    <>
      <ScreenHead title={copy.overview.title} address={address} onChange={change} />
      <Question of={answers} lines={14}>
        {({ answers }) => {
          if (app.lastEventAt === null && !numberIn(onlyRow(answers, 'visits'), 'session_cnt'))
            return (
              <div className="panel">
                <NoEventYet />
              </div>
            );
          return (
            <>
              {answers.visits && <CoveredHours range={answers.visits.range} />}
              <Visits answers={answers} />
              <VisitTrend answers={answers} grain={screen.grain} nowMs={nowMs} />
              <Health answers={answers} />
              <SinceRelease question={releases} address={address} />
              <div className="columns">
                <TopInterfaces rows={answers.interfaces?.rows ?? []} address={address} />
                <TopIssues rows={answers.issues?.rows ?? []} address={address} />
              </div>
            </>
          );
        }}
      </Question>
    </>
  );
}

interface Answered {
  answers: Answers['answers'];
}

function Visits({ answers }: Answered) {
  const { overview, compare } = useCopy();
  const now = onlyRow(answers, 'visits');
  const [soFar, before, than] = answers.soFar
    ? [onlyRow(answers, 'soFar'), onlyRow(answers, 'yesterday'), overview.yesterday]
    : [now, onlyRow(answers, 'visitsBefore'), compare.before];
  const lastWeek = onlyRow(answers, 'lastWeek');
  return (
    <Figures label={overview.visits}>
      {VISIT_METRICS.map((metric) => (
        <MetricFigure
          key={metric}
          metric={metric}
          value={numberIn(now, metric)}
          comparisons={[
            { than, now: numberIn(soFar, metric), before: numberIn(before, metric) },
            ...(answers.lastWeek
              ? [{ than: overview.lastWeek, now: numberIn(soFar, metric), before: numberIn(lastWeek, metric) }]
              : []),
          ]}
        />
      ))}
    </Figures>
  );
}

function Health({ answers }: Answered) {
  const { overview } = useCopy();
  const hasSessions = onlyRow(answers, 'health').crashFreeRate !== undefined;
  const figures = HEALTH_FIGURES.filter(([, metric]) => hasSessions || metric !== 'crashFreeRate');
  return <ComparedFigures label={overview.health} answers={answers} figures={figures} />;
}

const HEALTH_FIGURES = [
  ...ofQuestion('health', [
    'requests',
    'requestSuccessRate',
    'requestDurationP95Ms',
    'appLaunchP50Ms',
    'appLaunchP95Ms',
    'jsErrors',
    'crashFreeRate',
  ]),
  ...ofQuestion('push', ['callback_count', 'fail_count', 'deliveryP95Ms']),
];
