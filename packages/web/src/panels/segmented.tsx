import { useId } from 'react';

interface SegmentedProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (picked: Value) => void;
  isSmall?: boolean;
  className?: string;
}

/** One of a few, all of them in sight. Plain elements, as buttons are. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  onChange,
  isSmall = false,
  className = '',
}: SegmentedProps<Value>) {
  const name = useId();
  return (
    <div className={`segmented ${isSmall ? 'segmented-small' : ''} ${className}`} role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.value}>
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
          {option.label}
        </label>
      ))}
    </div>
  );
}
