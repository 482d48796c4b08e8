import type { Catalogue } from '@minilens/wire/questions';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useAppearance } from '../appearance/appearance';
import type { Unit } from '../format/format';
import { catalogue } from '../query/questions';

interface MetricWords {
  title: string;
  /** Absent until the catalogue is there. */
  meaning: string | undefined;
  unit: Unit;
}

/** Names, meanings and units of metrics, from the catalogue that also computes them. */
export function useMetrics(): (name: string) => MetricWords {
  const { language } = useAppearance().spoken;
  const { data } = useQuery(catalogue());
  return useCallback(
    (name) => {
      const metric = data?.metrics.find((each: Catalogue['metrics'][number]) => each.name === name);
      return {
        title: metric?.[language] ?? name,
        meaning: language === 'zh' ? metric?.meaningZh : metric?.meaning,
        unit: (metric?.unit ?? 'count') as Unit,
      };
    },
    [data, language],
  );
}
