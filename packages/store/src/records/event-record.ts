import { EVENT_KINDS, type EventKind } from '@minilens/wire/event';
import { EventRecord } from '@minilens/wire/records';

/** What every event tells, whatever its kind, and the columns that say it otherwise than the record. */
const OF_EVERY_KIND = {
  at: 'toUnixTimestamp64Milli(at)',
  receivedAt: 'toUnixTimestamp64Milli(received_at)',
  user: 'user_id',
  session: 'session_id',
  n: 'n',
  kind: 'kind',
  platform: 'platform',
  system: 'system',
  model: 'model',
  wechat: 'wechat',
  sdk: 'sdk',
  network: 'network',
  version: 'version',
  env: 'env',
} as const;

const columnOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const isOfEveryKind = (name: string): name is keyof typeof OF_EVERY_KIND => Object.hasOwn(OF_EVERY_KIND, name);
const names = Object.keys(EventRecord.properties);

/** Columns of `events` that a record is made of. */
export const EVENT_COLUMNS = [
  'at, received_at, user_id, session_id',
  ...names.filter((name) => !['at', 'receivedAt', 'user', 'session'].includes(name)).map((name) => `${columnOf(name)}`),
].join(', ');

/** The same by the names of the record. */
export const AS_RECORD = names
  .map((name) => `${isOfEveryKind(name) ? OF_EVERY_KIND[name] : columnOf(name)} AS ${name}`)
  .join(', ');

export type RecordRow = Record<string, unknown> & { kind: EventKind };

/** Numbers that hold 0 where nothing was said. */
const ZERO_IS_NOTHING = ['status', 'sentBytes', 'receivedBytes', 'scene'];

const isSaid = (name: string, value: unknown) =>
  Array.isArray(value)
    ? value.length > 0
    : value !== null && value !== '' && !(value === 0 && ZERO_IS_NOTHING.includes(name));

/** What its kind tells of it: what need not be said and was not is absent. */
export function toRecord(row: RecordRow): EventRecord {
  const { properties, required = [] } = EVENT_KINDS[row.kind] as unknown as {
    properties: Record<string, unknown>;
    required?: readonly string[];
  };
  const isTold = (name: string) =>
    name in properties && (required.includes(name) || name === 'count' || isSaid(name, row[name]));
  return Object.fromEntries(
    names.filter((name) => isOfEveryKind(name) || isTold(name)).map((name) => [name, row[name]]),
  ) as EventRecord;
}
