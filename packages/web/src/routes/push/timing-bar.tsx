import type { Delivery } from '@minilens/wire/push-report';
import { useCopy } from '../../appearance/appearance';
import { useFormat } from '../../panels/use-format';
import { PHASES, timingOf } from './timing';

/** Where the time of a delivery went, as a bar. `scaleMs` is its full width. */
export function TimingBar({ delivery, scaleMs }: { delivery: Delivery; scaleMs: number }) {
  const { push } = useCopy();
  const format = useFormat();
  const parts = timingOf(delivery);
  const words = parts.map(({ phase, ms }) => push.phaseMs(push.phase[phase], format.count(ms))).join(', ');
  return (
    <span className="timing" role="img" aria-label={words || push.phaseMs(push.phase.waiting, '0')} title={words}>
      {parts.map(({ phase, ms }) => (
        <span key={phase} className={`phase-${phase}`} style={{ width: `${(100 * ms) / Math.max(1, scaleMs)}%` }} />
      ))}
    </span>
  );
}

/** What the colours of the bars mean, and how long the longest is. */
export function TimingLegend({ scaleMs }: { scaleMs: number }) {
  const { push } = useCopy();
  const format = useFormat();
  return (
    <div className="legend timing-legend">
      {PHASES.map((phase) => (
        <span key={phase} className={`key phase-${phase}`}>
          {push.phase[phase]}
        </span>
      ))}
      <span>{push.scale(format.count(scaleMs))}</span>
    </div>
  );
}

/** The longest of them, so that the bars of a list can be compared. Unit: ms. */
export const scaleOf = (deliveries: readonly Delivery[]): number =>
  Math.max(0, ...deliveries.map(({ durationMs }) => durationMs));
