import type { AnswerRows } from '@minilens/wire/questions';
import { useMemo } from 'react';
import { useScreen } from '../../panels/use-screen';
import { wholePeriods } from '../../range/range-choice';
import type { Grain } from '../../trend/trend';
import type { VisitsSearch } from '../address';

/** What the address asks for, with the grain that was picked and the whole periods of it. */
export function useVisits(address: VisitsSearch) {
  const screen = useScreen(address);
  const { by } = address;
  return useMemo(() => {
    const grain: Grain = by ?? screen.grain;
    return { ...screen, grain, trended: wholePeriods(screen.asked, grain, screen.app.timezone) };
  }, [screen, by]);
}

/** What a trend is by: while another grain is fetched, the older answer is still by the one before. */
export const grainIn = (rows: AnswerRows = []): Grain | undefined =>
  (['hour', 'day', 'week', 'month'] as const).find((grain) => rows[0]?.[grain] !== undefined);
