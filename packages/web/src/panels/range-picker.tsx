import { lazyRouteComponent } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { useCopy } from '../appearance/appearance';
import { askedRange, PRESETS, type Preset, type RangeChoice } from '../range/range-choice';
import { useNow } from '../range/use-now';
import { useApp } from './app-context';
import { Segmented } from './segmented';

/** The calendar is large and rarely opened. */
const DayRange = lazyRouteComponent(() => import('./day-range'));

/** Which time the screen is about. */
export function RangePicker({ value, onChange }: { value: RangeChoice; onChange: (choice: RangeChoice) => void }) {
  const { range } = useCopy();
  const { timezone } = useApp();
  const nowMs = useNow();
  const [isChoosingDays, setChoosingDays] = useState('from' in value);
  const days = 'from' in value || isChoosingDays;

  return (
    <div className="range-picker">
      <Segmented<Preset | 'custom'>
        label={range.label}
        value={days ? 'custom' : value.preset}
        options={[
          ...PRESETS.map((preset) => ({ value: preset, label: range.presets[preset] })),
          { value: 'custom', label: range.custom },
        ]}
        onChange={(picked) => {
          setChoosingDays(picked === 'custom');
          if (picked !== 'custom') onChange({ preset: picked });
        }}
      />
      {days && (
        <Suspense fallback={<span className="range-days" />}>
          <DayRange
            value={askedRange('from' in value ? value : { preset: '7d' }, timezone, nowMs)}
            today={askedRange({ preset: 'today' }, timezone, nowMs).to}
            onChange={onChange}
          />
        </Suspense>
      )}
    </div>
  );
}
