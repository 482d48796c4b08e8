import { sceneChannel } from '@minilens/wechat/scene-channels';
import { DEPTH_BUCKETS, STAY_BUCKETS } from '@minilens/wechat/visit-buckets';
import type { AnswerRows } from '@minilens/wire/questions';

/** Sessions opened one way, and from which scenes, both the most frequent first. */
export interface ChannelSessions {
  channel: number;
  sessions: number;
  scenes: { scene: number; sessions: number }[];
}

/** Sessions by scene, grouped to the channels of the WeChat console. */
export function groupByChannel(rows: AnswerRows): ChannelSessions[] {
  const groups = new Map<number, ChannelSessions['scenes']>();
  for (const row of rows) {
    const counted = { scene: Number(row.scene), sessions: Number(row.session_cnt) };
    const channel = sceneChannel(counted.scene);
    groups.set(channel, [...(groups.get(channel) ?? []), counted]);
  }
  return [...groups]
    .map(([channel, scenes]) => ({ channel, sessions: addUp(scenes), scenes: scenes.toSorted(mostFirst) }))
    .toSorted(mostFirst);
}

/** Sessions of one class: from `least` to `most`, both included; `most` is infinite in the last. */
export interface ClassSessions {
  key: number;
  least: number;
  most: number;
  sessions: number;
}

/** How long sessions stayed, in the classes of the WeChat console. Unit of the bounds: s. */
export const groupByStay = (rows: AnswerRows): ClassSessions[] =>
  group(
    rows.map((row) => ({ value: Number(row.stay_s), sessions: Number(row.access_session_cnt) })),
    STAY_BUCKETS.map(({ key, maxS }) => ({ key, most: maxS })),
    0,
  );

/** How many pages sessions saw, in the classes of the WeChat console, which leaves out those that saw none. */
export const groupByDepth = (rows: AnswerRows): ClassSessions[] =>
  group(
    rows.map((row) => ({ value: Number(row.depth), sessions: Number(row.access_session_cnt) })),
    DEPTH_BUCKETS.map(({ key, maxPages }) => ({ key, most: maxPages })),
    1,
  );

function group(
  counted: readonly { value: number; sessions: number }[],
  classes: readonly { key: number; most: number }[],
  least: number,
): ClassSessions[] {
  return classes.map(({ key, most }, index) => {
    const from = index === 0 ? least : (classes[index - 1]?.most ?? 0) + 1;
    return { key, least: from, most, sessions: addUp(counted.filter(({ value }) => value >= from && value <= most)) };
  });
}

const addUp = (rows: readonly { sessions: number }[]) => rows.reduce((sum, { sessions }) => sum + sessions, 0);
const mostFirst = (a: { sessions: number }, b: { sessions: number }) => b.sessions - a.sessions;
