import { useCopy } from '../appearance/appearance';
import { Segmented } from './segmented';

/** A picture, or the numbers behind it. The picture is standard, so it is absent in the address. */
export function ViewSwitch({
  view,
  onChange,
}: {
  view: 'table' | undefined;
  onChange: (changed: { view: 'table' | undefined }) => void;
}) {
  const { trend } = useCopy();
  return (
    <Segmented
      isSmall
      label={trend.view}
      value={view ?? 'chart'}
      options={[
        { value: 'chart', label: trend.chart },
        { value: 'table', label: trend.table },
      ]}
      onChange={(picked) => onChange({ view: picked === 'table' ? 'table' : undefined })}
    />
  );
}
