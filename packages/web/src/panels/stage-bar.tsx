import { useAppearance } from '../appearance/appearance';
import { type Stage, sumOf } from './stages';
import { useFormat } from './use-format';

/** Stages one after another, each as long as it took, with their names and times below. */
export function StageBar({
  label,
  stages,
  name,
}: {
  label: string;
  stages: readonly Stage[];
  name: (key: string) => string;
}) {
  const format = useFormat();
  const { palette } = useAppearance();
  const whole = Math.max(1, sumOf(stages));
  return (
    <figure className="stages">
      <div
        className="stage-bar"
        role="img"
        aria-label={`${label}: ${stages.map(({ key, ms }) => `${name(key)} ${format.value(ms, 'ms')}`).join(', ')}`}
      >
        {stages.map(({ key, ms, colour }) => (
          <span
            key={key}
            className="stage-part"
            style={{ width: `${(100 * ms) / whole}%`, background: palette[colour] }}
          />
        ))}
      </div>
      <ul className="stage-list">
        {stages.map(({ key, ms, colour }) => (
          <li key={key} className="key key-bar" style={{ '--key': palette[colour] } as React.CSSProperties}>
            <span className="muted">{name(key)}</span> {format.value(ms, 'ms')}
          </li>
        ))}
      </ul>
    </figure>
  );
}
