import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useId } from 'react';
import { useCopy } from '../appearance/appearance';
import { AntDesign } from '../fields/ant-design';
import { type ChosenFilters, FILTER_NAMES, type FilterSearch, searchOfFilter } from '../filters/filter-search';
import { filterValues } from '../query/questions';
import { useApp } from './app-context';
import { filterWord } from './filter-bar';
import { Question } from './question';
import { useFormat } from './use-format';

interface FilterChoiceProps {
  chosen: ChosenFilters;
  asked: { from: string; to: string };
  onChange: (changed: FilterSearch) => void;
}

/** Every filter with the values there are in the range, the most frequent first. */
export default function FilterChoice({ chosen, asked, onChange }: FilterChoiceProps) {
  const { filter } = useCopy();
  const format = useFormat();
  const app = useApp();
  const id = useId();
  const values = useQuery(filterValues(app.appid, asked));
  return (
    <Question of={values} lines={6}>
      {({ values }) => (
        <AntDesign>
          <div className="filter-choice">
            {FILTER_NAMES.map((name) => (
              <div key={name}>
                <label htmlFor={`${id}-${name}`}>{filter.name[name]}</label>
                <Select<string[]>
                  id={`${id}-${name}`}
                  mode="multiple"
                  allowClear
                  placeholder={filter.any}
                  value={[...(chosen[name] ?? [])]}
                  options={(values[name] ?? []).map(({ value, sessions }) => ({
                    value: String(value),
                    label: `${filterWord(name, String(value), filter)} · ${format.count(sessions)}`,
                  }))}
                  onChange={(picked) => onChange(searchOfFilter(name, picked))}
                />
              </div>
            ))}
          </div>
        </AntDesign>
      )}
    </Question>
  );
}
