/** Codes of Node's network errors that say nobody heard the statement, or its answer. */
const UNREACHABLE = [
  ...['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EPIPE'],
  ...['ENOTFOUND', 'EAI_AGAIN'],
];

/** The client's words where a server says nothing for too long; there is no code. */
const TIMED_OUT = 'Timeout error.';

/** Names of the engine's errors that say a node it needs does not answer. */
const NODE_AWAY = [
  'ALL_CONNECTION_TRIES_FAILED',
  'NETWORK_ERROR',
  'SOCKET_TIMEOUT',
  'DNS_ERROR',
  'ALL_REPLICAS_ARE_STALE',
  'ABORTED',
  'ATTEMPT_TO_READ_AFTER_EOF',
];

/** Nobody took the connection, so another node may be asked. */
export const isUnreachable = (error: unknown): boolean => has(error, 'code', UNREACHABLE);

/** Whether a statement failed because the store, or a node of it, is away: the same one may succeed later. */
export const isStoreAway = (error: unknown): boolean =>
  isUnreachable(error) ||
  has(error, 'type', NODE_AWAY) ||
  error instanceof ShardsAway ||
  (error instanceof Error && error.message === TIMED_OUT);

/** Where a name has several addresses and none answers, Node's error has no words of its own: it gets theirs. */
export function inWords(error: unknown): unknown {
  if (error instanceof AggregateError && error.message === '')
    error.message = error.errors.map(({ message }: Error) => message).join(', ');
  return error;
}

/** Not every shard of the cluster has a node that answers. */
export class ShardsAway extends Error {
  constructor(cluster: string, answering: number, all: number, cause: unknown) {
    super(`${answering} of ${all || 'all'} shards of the cluster ${cluster} answer`, { cause });
    this.name = 'ShardsAway';
  }
}

/** A restore into the store is not over: what is there by then is not all of it. */
export class StoreRestoring extends Error {
  constructor() {
    super(
      'A restore into this event store is under way or was interrupted. Wait for it, or run minilens restore again where it was begun.',
    );
    this.name = 'StoreRestoring';
  }
}

/** By property and not by class: embedded and remote connections throw from two copies of the client's code. */
const has = (error: unknown, property: 'code' | 'type', values: readonly string[]) =>
  error instanceof Error && values.includes(String((error as unknown as Record<string, unknown>)[property]));
