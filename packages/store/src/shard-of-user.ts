import { type Store, selectRows } from './connect.js';

/** What decides a user's shard: changing it would send users to other shards and count them twice. */
export const shardKey = (user: string) => `cityHash64(${user})`;

/**
 * For every shard of a cluster, in their order, the condition that a user (an SQL expression) is its own: the same that a
 * `Distributed` table with this key comes to, weights of shards included.
 */
export async function listOwnUsers(node: Store, cluster: string): Promise<((user: string) => string)[]> {
  const shards = await selectRows<{ weight: number | string }>(
    node,
    `SELECT any(shard_weight) AS weight FROM system.clusters
    WHERE cluster = {cluster:String} GROUP BY shard_num ORDER BY shard_num`,
    { cluster },
  );
  const weights = shards.map(({ weight }) => Number(weight));
  const sumBefore = (index: number) => weights.slice(0, index).reduce((sum, weight) => sum + weight, 0);
  const place = (user: string) => `${shardKey(user)} % ${sumBefore(weights.length)}`;
  return weights.map(
    (weight, index) => (user) =>
      `${place(user)} >= ${sumBefore(index)} AND ${place(user)} < ${sumBefore(index) + weight}`,
  );
}
