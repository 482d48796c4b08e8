import { ask } from '@minilens/store/ask';
import type { Store } from '@minilens/store/connect';
import type { ValueOfSessions } from '@minilens/store/filter-values';
import { sceneChannel } from '@minilens/wechat/scene-channels';
import type { FilterValues } from '@minilens/wire/questions';
import type { Range } from '@minilens/wire/report-api';

/** Values of one dimension. */
export const MAX_VALUES = 100;

/** What rollups tell of a session. */
const OF_SESSIONS = ['version', 'env', 'platform', 'level', 'network'] as const;

/** The values of the range that rollups tell, the most frequent first. */
export async function listFilterValues(store: Store, about: { app: string } & Range): Promise<FilterValues['values']> {
  const mostFrequent = async <By extends (typeof OF_SESSIONS)[number] | 'scene'>(by: By, limit?: number) => {
    const question = { ...about, metrics: ['session_cnt'] as const, by: [by] };
    const rows = await ask(store, {
      ...{ ...question, sort: { by: 'session_cnt', order: 'desc' } },
      ...(limit !== undefined && { limit, offset: 0 }),
    });
    return rows.map((row) => ({ value: row[by] as string | number, sessions: row.session_cnt }));
  };
  const values: FilterValues['values'] = {};
  for (const by of OF_SESSIONS) values[by] = await mostFrequent(by, MAX_VALUES);
  const scenes = await mostFrequent('scene');
  const pages = await ask(store, {
    ...{ ...about, metrics: ['page_visit_pv'] as const, by: ['page'] as const, limit: MAX_VALUES },
    sort: { by: 'page_visit_pv', order: 'desc' },
  });
  return {
    ...{ ...values, scene: scenes.slice(0, MAX_VALUES), channel: channelsOf(scenes) },
    page: pages.map(({ page, page_visit_pv }) => ({ value: page, sessions: page_visit_pv })),
  };
}

function channelsOf(scenes: readonly ValueOfSessions<string | number>[]): ValueOfSessions<number>[] {
  const sums = new Map<number, number>();
  for (const { value, sessions } of scenes) {
    const channel = sceneChannel(Number(value));
    sums.set(channel, (sums.get(channel) ?? 0) + sessions);
  }
  return [...sums].map(([value, sessions]) => ({ value, sessions })).sort((a, b) => b.sessions - a.sessions);
}
