import type { Paths } from '@minilens/wire/records';
import { IS_VISIT } from '../catalogue/per-session.js';
import { type Store, selectRows } from '../connect.js';
import { BOUNDED } from './bounded.js';
import { moment, narrow, type RecordFilter, type Stretch } from './narrow.js';

/** Pages named on each side, those most often seen. */
const MOST_PAGES = 50;

/**
 * The pages seen right before and right after the views of one, in sessions that begin in the stretch. The filter says
 * which of its views count; what was seen before and after them is told whatever it is.
 */
export async function pathsAround(
  store: Store,
  { from, to, page, ...filter }: Omit<RecordFilter, 'page'> & Stretch & { page: string },
): Promise<Omit<Paths, 'range'>> {
  const { where, params } = narrow({ ...filter, page: [page], kind: ['page_show'] });
  const rows = await selectRows<{ side: keyof Omit<Paths, 'range'>; page: string; views: number }>(
    store,
    `SELECT side, page, sum(seen) AS views FROM ${store.everywhere(`
      SELECT place.1 AS side, place.2 AS page, count() AS seen FROM (
        SELECT ${where} AS is_counted,
          lagInFrame(toString(events.page), 1, '') OVER way AS page_before,
          leadInFrame(toString(events.page), 1, '') OVER way AS page_after
        FROM events
        WHERE app = {app:String} AND ${IS_VISIT} AND kind = 'page_show'
          AND session_hour >= ${moment('from')} AND session_hour < ${moment('to')}
        WINDOW way AS (PARTITION BY session_hour, user_id, session_id ORDER BY n
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
      ) ARRAY JOIN [('views', ''), ('before', page_before), ('after', page_after)] AS place
      WHERE is_counted GROUP BY side, page`)}
    GROUP BY side, page ORDER BY views DESC, page LIMIT {most:UInt32} BY side ${BOUNDED}`,
    { ...params, from, to, most: MOST_PAGES },
  );
  const side = (name: 'before' | 'after') =>
    rows.filter((row) => row.side === name).map(({ page, views }) => ({ page, views }));
  return { views: rows.find((row) => row.side === 'views')?.views ?? 0, before: side('before'), after: side('after') };
}
