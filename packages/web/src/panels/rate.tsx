import { useFormat } from './use-format';

/** A rate over a bar of what is missing to 100. At 100 there is nothing to say, so there is no bar. */
export function Rate({ value, missing }: { value: number | null; missing: 'error' | 'plain' }) {
  const format = useFormat();
  return (
    <span className="rate">
      {format.percent(value)}
      {value !== null && value < 100 && (
        <span className={`rate-bar rate-${missing}`} aria-hidden="true">
          <span style={{ width: `${value}%` }} />
        </span>
      )}
    </span>
  );
}
