import type { ReactNode } from 'react';
import { useCopy } from '../appearance/appearance';
import { Explained } from './explained';
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

interface MetricFigureProps {
  /** A metric of the catalogue. */
  metric: string;
  value: number | null | undefined;
  /** The same of an earlier time; `than` says which. */
  before?: number | null | undefined;
  than?: string;
  isBad?: boolean;
}

/** One metric with its unit, and how it differs from before. */
export function MetricFigure({ metric, value = null, before, than, isBad }: MetricFigureProps) {
  const format = useFormat();
  const { title, meaning, unit } = useMetrics()(metric);
  const change = before === undefined ? '' : format.change(value, before);
  return (
    <Figure title={title} meaning={meaning} isBad={isBad}>
      {format.value(value, unit)}
      {change && <Change text={change} than={than} before={format.value(before ?? null, unit)} />}
    </Figure>
  );
}

export function Figure({
  title,
  meaning,
  isBad = false,
  children,
}: {
  title: string;
  meaning?: string | undefined;
  isBad?: boolean | undefined;
  children: ReactNode;
}) {
  return (
    <div className="figure">
      <dt>
        <Explained name={title} meaning={meaning} />
      </dt>
      <dd className={isBad ? 'bad' : undefined}>{children}</dd>
    </div>
  );
}

function Change({ text, than, before }: { text: string; than: string | undefined; before: string }) {
  const { compare } = useCopy();
  return (
    <small className="change" title={compare.was(than ?? compare.before, before)}>
      {text}
      {than && <span className="muted"> {than}</span>}
    </small>
  );
}
