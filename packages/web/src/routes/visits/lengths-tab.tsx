import { useQuery } from '@tanstack/react-query';
import { useCopy } from '../../appearance/appearance';
import { CoveredHours } from '../../panels/covered-hours';
import { Question } from '../../panels/question';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';
import { questions } from '../../query/questions';
import { type ClassSessions, groupByDepth, groupByStay } from './group-sessions';
import { NoVisits } from './no-visits';
import { SharePanel } from './share-panel';
import { useVisits } from './use-visits';
import { lengthsQuestions } from './visit-questions';
import type { VisitTabProps } from './visits-page';

/** How long sessions stayed and how many pages they saw, in the classes of the WeChat console. */
export function LengthsTab({ address }: VisitTabProps) {
  const { visits } = useCopy();
  const format = useFormat();
  const { title, meaning } = useMetrics()('access_session_cnt');
  const screen = useVisits(address);
  const answers = useQuery(questions(screen.app.appid, lengthsQuestions(screen)));

  const classRows = (
    classes: readonly ClassSessions[],
    between: (least: string, most: string) => string,
    above: (most: string) => string,
  ) =>
    classes.map(({ key, least, most, sessions }) => ({
      key,
      text: Number.isFinite(most)
        ? least === most
          ? format.count(least)
          : between(format.count(least), format.count(most))
        : above(format.count(least - 1)),
      value: sessions,
    }));
  const common = { valueTitle: title, valueMeaning: meaning, empty: visits.emptyTitle };

  return (
    <Question of={answers} lines={12}>
      {({ answers: { stays, depths } }) =>
        !stays || !depths || stays.rows.length === 0 ? (
          <NoVisits />
        ) : (
          <>
            <CoveredHours range={stays.range} />
            <div className="columns">
              <SharePanel
                title={visits.stays}
                rowTitle={visits.stayClass}
                rows={classRows(groupByStay(stays.rows), visits.seconds, visits.moreSeconds)}
                {...common}
              />
              <SharePanel
                title={visits.depths}
                hint={visits.depthsHint}
                rowTitle={visits.depthClass}
                rows={classRows(groupByDepth(depths.rows), visits.pages, visits.morePages)}
                {...common}
              />
            </div>
          </>
        )
      }
    </Question>
  );
}
