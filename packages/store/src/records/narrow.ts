import { IS_VISIT } from '../catalogue/per-session.js';

/** What records may be narrowed to: columns of an event, with their types. */
const COLUMNS = {
  version: ['version', 'String'],
  env: ['env', 'String'],
  platform: ['platform', 'String'],
  level: ['level', 'UInt8'],
  network: ['network', 'String'],
  wechat: ['wechat', 'String'],
  sdk: ['sdk', 'String'],
  scene: ['session_scene', 'UInt16'],
  page: ['page', 'String'],
  kind: ['kind', 'String'],
  name: ['name', 'String'],
  outcome: ['outcome', 'String'],
  method: ['method', 'String'],
  host: ['host', 'String'],
  path: ['path', 'String'],
  user: ['user_id', 'String'],
  session: ['session_id', 'String'],
} as const;
type Word = keyof typeof COLUMNS;

/** Which events of an app: those with one of these values in each column that is named. `scene` is the session's. */
export type RecordFilter = {
  [W in Word]?: readonly ((typeof COLUMNS)[W][1] extends 'String' ? string : number)[] | undefined;
} & {
  app: string;
  /** Of sessions opened by one of these scenes, or by any but these. */
  channel?: { are: boolean; scenes: readonly number[] } | undefined;
};

/** Moments, Unix ms: from ≤ t < to. */
export interface Stretch {
  from: number;
  to: number;
}

/** A condition on `events`, and its parameters. Deliveries of message push are no records. */
export function narrow({ app, channel, ...words }: RecordFilter): { where: string; params: Record<string, unknown> } {
  const named = (Object.keys(COLUMNS) as Word[]).filter((word) => words[word] !== undefined);
  return {
    where: [
      `app = {app:String} AND ${IS_VISIT}`,
      ...named.map((word) => `${COLUMNS[word][0]} IN {only_${word}:Array(${COLUMNS[word][1]})}`),
      ...(channel ? [`session_scene ${channel.are ? 'IN' : 'NOT IN'} {channel:Array(UInt16)}`] : []),
    ].join(' AND '),
    params: {
      app,
      ...Object.fromEntries(named.map((word) => [`only_${word}`, words[word]])),
      ...(channel && { channel: channel.scenes }),
    },
  };
}

export const moment = (parameter: string) => `fromUnixTimestamp64Milli({${parameter}:Int64}, 'UTC')`;
