import type { Answers } from '@minilens/wire/questions';
import type { ReactNode } from 'react';
import { useCopy } from '../appearance/appearance';
import { numberIn, onlyRow } from '../query/answer-rows';
import { Figure } from './figure';
import { useFormat } from './use-format';
import { useMetrics } from './use-metrics';

/** Figures that belong together, in one row where there is room. */
export function Figures({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section className="panel figures" aria-label={label}>
      <dl>{children}</dl>
    </section>
  );
}

/** The same metric of two times that can be compared. */
interface Comparison {
  /** What `before` is of: yesterday, the period before. */
  than: string;
  now: number | null;
  before: number | null;
}

interface MetricFigureProps {
  /** A metric of the catalogue. */
  metric: string;
  value: number | null;
  comparisons?: readonly Comparison[];
  isBad?: boolean;
}

/** One metric with its unit, and how it differs from before. */
export function MetricFigure({ metric, value, comparisons = [], isBad }: MetricFigureProps) {
  const { compare } = useCopy();
  const format = useFormat();
  const { title, meaning, unit } = useMetrics()(metric);
  return (
    <Figure name={title} meaning={meaning} {...(isBad !== undefined && { isBad })}>
      {format.value(value, unit)}
      {comparisons.map(({ than, now, before }) => {
        const change = format.change(now, before);
        return (
          change && (
            <small key={than} className="change" title={compare.was(than, format.value(before, unit))}>
              {change} <span className="muted">{compare.than(than)}</span>
            </small>
          )
        );
      })}
    </Figure>
  );
}

interface ComparedFiguresProps {
  label: string;
  answers: Answers['answers'];
  /** Each with the question that has it; `<question>Before` has it of the range before. */
  figures: readonly (readonly [question: string, metric: string])[];
}

/** Metrics of the range beside those of the range before; left out where they were not asked. */
export function ComparedFigures({ label, answers, figures }: ComparedFiguresProps) {
  const { compare } = useCopy();
  return (
    <Figures label={label}>
      {figures
        .filter(([question]) => answers[question])
        .map(([question, metric]) => {
          const now = numberIn(onlyRow(answers, question), metric);
          const before = numberIn(onlyRow(answers, `${question}Before`), metric);
          return (
            <MetricFigure
              key={metric}
              metric={metric}
              value={now}
              comparisons={[{ than: compare.before, now, before }]}
            />
          );
        })}
    </Figures>
  );
}

/** Metrics that one question has. */
export const ofQuestion = (question: string, metrics: readonly string[]) =>
  metrics.map((metric) => [question, metric] as const);
