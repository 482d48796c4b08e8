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
import { PagesAround } from './pages-around';
import { grainIn, useVisits } from './use-visits';
import { PAGE_METRICS, pageQuestions } from './visit-questions';
import type { VisitTabProps } from './visits-page';

const VIEWS = [
  { metric: 'page_visit_pv', kind: 'line', colour: 'accent' },
  { metric: 'page_visit_uv', kind: 'line', colour: 'cancel' },
] as const;
const STAY = [{ metric: 'page_staytime_pv', kind: 'line', colour: 'accent' }] as const;

/** One page: its figures, its trend, and the way to it and on from it. */
export function OnePage({ page, address, onChange }: VisitTabProps & { page: string }) {
  const { visits } = useCopy();
  const nowMs = useNow();
  const screen = useVisits(address);
  const answers = useQuery(questions(screen.app.appid, pageQuestions(page, screen)));
  return (
    <>
      <div className="tab-controls">
        <GrainChoice by={address.by} standard="auto" onChange={onChange} />
      </div>
      <Question of={answers} lines={14}>
        {({ answers }) => {
          const { figures, trend } = answers;
          const grain = grainIn(trend?.rows);
          if (!figures || !trend || !grain || !numberIn(onlyRow(answers, 'figures'), 'page_visit_pv'))
            return <NoVisits title={visits.pageEmptyTitle} />;
          const time = { answer: trend, grain, nowMs };
          return (
            <>
              <CoveredHours range={figures.range} />
              <ComparedFigures
                label={visits.pageFigures}
                answers={answers}
                figures={ofQuestion('figures', PAGE_METRICS)}
              />
              <div className="columns">
                <MetricTrend title={visits.pageViews} series={VIEWS} {...time} />
                <MetricTrend title={visits.pageStay} series={STAY} {...time} />
              </div>
              <PagesAround page={page} asked={screen.asked} address={address} />
            </>
          );
        }}
      </Question>
    </>
  );
}
