import type { Outcome } from '@minilens/wire/event';
import { Select } from 'antd';
import { useCallback } from 'react';
import { useCopy } from '../../appearance/appearance';
import { Button } from '../../panels/button';
import { SearchBox } from '../../panels/search-box';
import type { InterfaceSearch } from '../address';

const OUTCOMES = ['success', 'fail', 'cancel', 'unknown'] as const satisfies Outcome[];

interface RecordFiltersProps extends Pick<InterfaceSearch, 'user' | 'ip' | 'outcome'> {
  onChange: (changed: InterfaceSearch) => void;
}

export function RecordFilters({ user, ip, outcome, onChange }: RecordFiltersProps) {
  const copy = useCopy();
  const setUser = useCallback((text: string | undefined) => onChange({ user: text }), [onChange]);
  const setIp = useCallback((text: string | undefined) => onChange({ ip: text }), [onChange]);
  return (
    <search className="filters">
      <SearchBox label={copy.records.user} value={user} onChange={setUser} maxLength={32} />
      <SearchBox label={copy.records.ip} value={ip} onChange={setIp} maxLength={45} />
      <Select<Outcome | ''>
        aria-label={copy.records.outcome}
        value={outcome ?? ''}
        options={[
          { value: '', label: copy.records.anyOutcome },
          ...OUTCOMES.map((value) => ({ value, label: copy.outcome[value] })),
        ]}
        onChange={(picked) => onChange({ outcome: picked || undefined })}
      />
      {(user || ip || outcome) && (
        <Button look="link" onClick={() => onChange({ user: undefined, ip: undefined, outcome: undefined })}>
          {copy.records.clear}
        </Button>
      )}
    </search>
  );
}
