import { useQuery } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { MetricTrend } from '../../panels/chart/metric-trend';
import { CoveredHours } from '../../panels/covered-hours';
import { ComparedFigures, ofQuestion } from '../../panels/figures';
import { Question } from '../../panels/question';
import { numberIn, onlyRow } from '../../query/answer-rows';
import { questions } from '../../query/questions';
import { useNow } from '../../range/use-now';
import { GrainChoice } from './grain-choice';
import { NoVisits } from './no-visits';
import { grainIn, useVisits } from './use-visits';
import { UserTrend } from './user-trend';
import { trendQuestions, VISIT_METRICS } from './visit-questions';
import type { VisitTabProps } from './visits-page';

const OPENS = [
  { metric: 'visit_pv', kind: 'line', colour: 'cancel' },
  { metric: 'session_cnt', kind: 'line', colour: 'accent' },
] as const;
const STAY = [
  { metric: 'stay_time_session', kind: 'line', colour: 'accent' },
  { metric: 'stay_time_uv', kind: 'line', colour: 'cancel' },
] as const;
const DEPTH = [{ metric: 'visit_depth', kind: 'line', colour: 'accent' }] as const;

/** How many came, how often, how long and how far, through the range. */
export function TrendTab({ address, onChange }: VisitTabProps) {
  const { visits } = useCopy();
  const nowMs = useNow();
  const screen = useVisits(address);
  const answers = useQuery(questions(screen.app.appid, trendQuestions(screen)));
  return (
    <>
      <div className="tab-controls">
        <GrainChoice by={address.by} standard="auto" onChange={onChange} />
      </div>
      <Question of={answers} lines={14}>
        {({ answers }) => {
          const { figures, trend } = answers;
          const grain = grainIn(trend?.rows);
          if (!figures || !trend || !grain || !numberIn(onlyRow(answers, 'figures'), 'session_cnt'))
            return <NoVisits />;
          const time = { answer: trend, grain, nowMs };
          return (
            <>
              <CoveredHours range={figures.range} />
              <ComparedFigures
                label={visits.figures}
                answers={answers}
                figures={ofQuestion('figures', VISIT_METRICS)}
              />
              <div className="columns">
                <MetricTrend title={visits.opens} series={OPENS} {...time} />
                <UserTrend {...time} />
                <MetricTrend title={visits.stay} series={STAY} {...time} />
                <MetricTrend title={visits.depth} series={DEPTH} {...time} />
              </div>
            </>
          );
        }}
      </Question>
    </>
  );
}
