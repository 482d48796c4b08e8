import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  ClickHouseLogLevel,
  createClient,
} from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';

/** Where the events live: a directory for the embedded engine, or the URL of a ClickHouse server. */
export type StoreLocation = { path: string } | { url: string };

/**
 * Opens the event store. Embedded and remote speak through the same client and the same SQL.
 *
 * The embedded connection turns `clickhouse_settings` into `SET` statements that outlive their query and reach every
 * other one, so nothing in this package passes settings that way: they stand in the statement itself.
 *
 * What fails is thrown to whoever asked, and logged there; the client itself stays silent.
 *
 * @throws when the directory is already open in another process, or the URL is no URL.
 */
export function connectStore(location: StoreLocation): ClickHouseClient {
  return 'url' in location
    ? createClient({ url: location.url, application: 'minilens', log: { level: ClickHouseLogLevel.OFF } })
    : createClient({ connection: embedded(location.path) });
}

/** The client carries its own copy of the types this connection was declared with; they differ in name only. */
const embedded = (path: string) =>
  createChdbConnection({ path }) as unknown as NonNullable<ClickHouseClientConfigOptions['connection']>;

/** Runs a query and gives its rows. Values travel as parameters, never as text. */
export async function selectRows<Row>(
  client: ClickHouseClient,
  query: string,
  query_params: Record<string, unknown> = {},
): Promise<Row[]> {
  const result = await client.query({ query, query_params, format: 'JSONEachRow' });
  return result.json<Row>();
}
