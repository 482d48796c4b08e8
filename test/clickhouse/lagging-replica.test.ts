import { connectStore, execute } from '@minilens/store/connect';
import { insertAgain } from '@minilens/store/insert-again';
import { migrate } from '@minilens/store/migrate';
import { rollUp } from '@minilens/store/roll-up';
import { expect, test } from 'vitest';
import { startWithLostKeeper } from './server.js';

const APP = 'wx00000000000000aa';
const HOUR = 3_600;

test('a replica that cannot say whether it has everything is not asked what is missing, and rolls nothing up', async () => {
  const server = await startWithLostKeeper();
  const store = connectStore({ urls: [server.url] });
  try {
    await migrate(store);
    const nothing = { token: 'spool-1', batches: [] };
    expect(await insertAgain(store, nothing)).toEqual([]);
    await execute(store, 'INSERT INTO buckets (app, hour, loads) SELECT {app:String}, toDateTime({hour:Int64}), 1', {
      app: APP,
      hour: HOUR,
    });
    await execute(store, 'RENAME TABLE events TO events_before');
    await execute(
      store,
      "CREATE TABLE events AS events_before ENGINE = ReplicatedMergeTree('/clickhouse/tables/events', 'lagging') ORDER BY (app, session_hour)",
    );
    await expect(insertAgain(store, nothing)).rejects.toMatchObject({ type: 'TABLE_IS_READ_ONLY' });
    await expect(rollUp(store, APP, [HOUR], () => 1)).rejects.toMatchObject({
      type: 'TABLE_IS_READ_ONLY',
    });
  } finally {
    await store.close();
    await server.stop();
  }
});
