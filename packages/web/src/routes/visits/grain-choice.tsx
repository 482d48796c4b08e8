import { useCopy } from '../../appearance/appearance';
import { Segmented } from '../../panels/segmented';
import type { VisitsSearch } from '../address';

const UNITS = ['day', 'week', 'month'] as const;

interface GrainChoiceProps {
  by: VisitsSearch['by'];
  /** What is chosen where nothing is. */
  standard: 'auto' | 'day';
  onChange: (changed: VisitsSearch) => void;
  isSmall?: boolean;
}

/** By day, week or month. What is standard is absent in the address. */
export function GrainChoice({ by, standard, onChange, isSmall = false }: GrainChoiceProps) {
  const { visits } = useCopy();
  const offered = standard === 'auto' ? (['auto', ...UNITS] as const) : UNITS;
  return (
    <Segmented<(typeof offered)[number]>
      isSmall={isSmall}
      label={visits.by}
      value={by ?? standard}
      options={offered.map((value) => ({ value, label: visits.units[value] }))}
      onChange={(picked) => onChange({ by: picked === standard || picked === 'auto' ? undefined : picked })}
    />
  );
}
