import type { Answers } from '@minilens/wire/questions';
import { useMemo } from 'react';
import { useCopy } from '../../appearance/appearance';
import type { ChartSpec } from '../../panels/chart/chart-option';
import { ChartPanel } from '../../panels/chart/chart-panel';
import { Explained } from '../../panels/explained';
import { useFormat } from '../../panels/use-format';
import { useMetrics } from '../../panels/use-metrics';
import { numberIn } from '../../query/answer-rows';
import { type Grain, trendOf } from '../../trend/trend';

interface UserTrendProps {
  answer: Answers['answers'][string];
  grain: Grain;
  nowMs: number;
}

/** New users on the zero line, and on them those who had come before: together all users. */
export function UserTrend({ answer, grain, nowMs }: UserTrendProps) {
  const { visits, trend: copy } = useCopy();
  const format = useFormat();
  const metrics = useMetrics();
  const spec = useMemo((): ChartSpec => {
    const { points, isOngoing } = trendOf(
      { grain, trend: answer.rows.map((row) => ({ at: Number(row[grain]), row })), range: answer.range },
      nowMs,
    );
    const [users, newcomers] = ['visit_uv', 'visit_uv_new'].map((metric) =>
      points.map(({ row }) => numberIn(row, metric) ?? 0),
    ) as [number[], number[]];
    return {
      buckets: points.map(({ at }) => format.bucket(at, grain)),
      unit: 'count',
      isOngoing,
      ongoing: copy.ongoing,
      series: [
        { name: metrics('visit_uv_new').title, kind: 'bar', colour: 'accent', stack: 'users', values: newcomers },
        {
          name: visits.returning,
          kind: 'bar',
          colour: 'success',
          stack: 'users',
          values: users.map((all, index) => Math.max(0, all - (newcomers[index] ?? 0))),
        },
      ],
    };
  }, [answer, grain, nowMs, format, metrics, visits, copy]);
  return (
    <ChartPanel
      title={visits.users}
      hint={copy.grain[grain]}
      spec={spec}
      controls={<Explained name={visits.returning} meaning={visits.returningMeaning} />}
    />
  );
}
