import type { Answers } from '@minilens/wire/questions';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useCopy } from '../../appearance/appearance';
import type { Palette } from '../../appearance/palette';
import type { ChartSpec } from '../../panels/chart/chart-option';
import { ChartPanel } from '../../panels/chart/chart-panel';
import { CoveredHours } from '../../panels/covered-hours';
import { filterWord } from '../../panels/filter-bar';
import { Question } from '../../panels/question';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';
import { numberIn } from '../../query/answer-rows';
import { questions } from '../../query/questions';
import { useNow } from '../../range/use-now';
import { trendOf } from '../../trend/trend';
import { GrainChoice } from './grain-choice';
import { type ChannelSessions, groupByChannel } from './group-sessions';
import { NoVisits } from './no-visits';
import { SharePanel } from './share-panel';
import { grainIn, useVisits } from './use-visits';
import { channelQuestions, sourcesQuestions } from './visit-questions';
import type { VisitTabProps } from './visits-page';

/** Sources that are drawn, the largest first, each in its colour. */
const COLOURS = ['accent', 'answer', 'dns', 'late', 'cancel'] as const satisfies (keyof Palette)[];

/** Where sessions came from. */
export function SourcesTab({ address, onChange }: VisitTabProps) {
  const { visits, filter } = useCopy();
  const format = useFormat();
  const { title, meaning } = useMetrics()('session_cnt');
  const screen = useVisits(address);
  const scenes = useQuery(questions(screen.app.appid, sourcesQuestions(screen)));
  const channels = useMemo(() => groupByChannel(scenes.data?.answers.scenes?.rows ?? []), [scenes.data]);
  const nameOf = (channel: number) => filterWord('channel', String(channel), filter);
  return (
    <Question of={scenes} lines={12}>
      {({ answers }) =>
        channels.length === 0 ? (
          <NoVisits />
        ) : (
          <>
            {answers.scenes && <CoveredHours range={answers.scenes.range} />}
            <SharePanel
              title={visits.sources}
              hint={visits.sourcesHint}
              rowTitle={visits.source}
              valueTitle={title}
              valueMeaning={meaning}
              rows={channels.map(({ channel, sessions, scenes }) => ({
                key: channel,
                text: nameOf(channel),
                value: sessions,
                more: (
                  <dl className="rest">
                    {scenes.map(({ scene, sessions }) => (
                      <div key={scene}>
                        <dt>{visits.sceneOf(String(scene))}</dt>
                        <dd>{format.count(sessions)}</dd>
                      </div>
                    ))}
                  </dl>
                ),
              }))}
              empty={visits.emptyTitle}
              hasMore
            />
            <SourceTrend
              address={address}
              onChange={onChange}
              channels={channels.slice(0, COLOURS.length)}
              nameOf={nameOf}
            />
          </>
        )
      }
    </Question>
  );
}

interface SourceTrendProps extends VisitTabProps {
  channels: readonly ChannelSessions[];
  nameOf: (channel: number) => string;
}

/** The largest sources through the range. */
function SourceTrend({ address, onChange, channels, nameOf }: SourceTrendProps) {
  const { visits, trend: copy } = useCopy();
  const format = useFormat();
  const nowMs = useNow();
  const screen = useVisits(address);
  const numbers = channels.map(({ channel }) => channel);
  const trends = useQuery(questions(screen.app.appid, channelQuestions(numbers, screen)));
  const chart = (answers: Answers['answers']) => {
    // In the order of the colours; an older answer may know other sources.
    const drawn = numbers.flatMap((channel) => {
      const answer = answers[channel];
      return answer ? [{ channel, ...answer }] : [];
    });
    const grain = grainIn(drawn[0]?.rows);
    if (!drawn[0] || !grain) return null;
    const { rows, range } = drawn[0];
    const { points, isOngoing } = trendOf(
      { grain, trend: rows.map((row) => ({ at: Number(row[grain]) })), range },
      nowMs,
    );
    const spec: ChartSpec = {
      buckets: points.map(({ at }) => format.bucket(at, grain)),
      unit: 'count',
      isOngoing,
      ongoing: copy.ongoing,
      series: drawn.map(({ channel, rows }, index) => ({
        name: nameOf(channel),
        kind: 'line',
        colour: COLOURS[index] ?? 'muted',
        values: points.map((_, at) => numberIn(rows[at] ?? {}, 'session_cnt')),
      })),
    };
    return (
      <ChartPanel
        title={visits.topSources}
        hint={copy.grain[grain]}
        spec={spec}
        controls={<GrainChoice by={address.by} standard="auto" onChange={onChange} isSmall />}
      />
    );
  };
  return (
    <Question of={trends} lines={6}>
      {({ answers }) => chart(answers)}
    </Question>
  );
}
