import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useCopy } from '../appearance/appearance';
import { AntDesign } from '../fields/ant-design';

interface Days {
  from: string;
  to: string;
}

/** Two days of the calendar, neither in the future. Days are plain `2026-11-01`: they belong to the app's zone. */
export default function DayRange({
  value,
  today,
  onChange,
}: {
  value: Days;
  today: string;
  onChange: (days: Days) => void;
}) {
  const { range } = useCopy();
  return (
    <AntDesign>
      <DatePicker.RangePicker
        className="range-days"
        classNames={{ popup: { root: 'range-calendar' } }}
        aria-label={range.days}
        placeholder={[range.firstDay, range.lastDay]}
        allowClear={false}
        value={[dayjs(value.from), dayjs(value.to)]}
        maxDate={dayjs(today)}
        onChange={(days) => {
          const [from, to] = days ?? [];
          if (from && to) onChange({ from: from.format('YYYY-MM-DD'), to: to.format('YYYY-MM-DD') });
        }}
      />
    </AntDesign>
  );
}
