import { connectStore, execute } from '@minilens/store/connect';
import { insertAgain } from '@minilens/store/insert-again';
import { migrate } from '@minilens/store/migrate';
import { expect, test } from 'vitest';
import { startWithLostKeeper } from './server.js';

test('a replica that cannot say whether it has everything is not asked what is missing', async () => {
  const server = await startWithLostKeeper();
  const store = connectStore({ urls: [server.url] });
  try {
    await migrate(store);
    const nothing = { token: 'spool-1', batches: [] };
    expect(await insertAgain(store, nothing)).toEqual([]);
    await execute(store, 'RENAME TABLE events TO events_before');
    await execute(
      store,
      "CREATE TABLE events AS events_before ENGINE = ReplicatedMergeTree('/clickhouse/tables/events', 'lagging') ORDER BY (app, session_hour)",
    );
    await expect(insertAgain(store, nothing)).rejects.toMatchObject({ type: 'TABLE_IS_READ_ONLY' });
  } finally {
    await store.close();
    await server.stop();
  }
});
