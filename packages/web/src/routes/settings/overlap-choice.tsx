import { Radio } from 'antd';
import { useId } from 'react';
import { useCopy } from '../../appearance/appearance';

/** How long what is replaced may still be used. Unit: hours. */
export const OVERLAP_HOURS = { now: 0, day: 24, week: 7 * 24, month: 30 * 24 } as const;
export type Overlap = keyof typeof OVERLAP_HOURS;

const OVERLAPS = Object.keys(OVERLAP_HOURS) as Overlap[];

interface OverlapChoiceProps {
  title: string;
  value: Overlap;
  onChange: (overlap: Overlap) => void;
}

export function OverlapChoice({ title, value, onChange }: OverlapChoiceProps) {
  const { overlaps } = useCopy().settings;
  const id = useId();
  return (
    <>
      <h3 id={id}>{title}</h3>
      <Radio.Group
        aria-labelledby={id}
        value={value}
        options={OVERLAPS.map((each) => ({ value: each, label: overlaps[each] }))}
        onChange={({ target }) => onChange(target.value as Overlap)}
      />
    </>
  );
}
