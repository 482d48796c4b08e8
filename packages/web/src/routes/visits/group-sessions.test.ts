import { expect, test } from 'vitest';
import { groupByChannel, groupByDepth, groupByStay } from './group-sessions';

test('scenes are grouped to channels, the most frequent first, and an unknown scene is other', () => {
  const rows = [
    { scene: 1037, session_cnt: 20 },
    { scene: 1011, session_cnt: 5 },
    { scene: 1047, session_cnt: 30 },
    { scene: 9999, session_cnt: 1 },
  ];
  expect(groupByChannel(rows)).toEqual([
    {
      channel: 4,
      sessions: 35,
      scenes: [
        { scene: 1047, sessions: 30 },
        { scene: 1011, sessions: 5 },
      ],
    },
    { channel: 22, sessions: 20, scenes: [{ scene: 1037, sessions: 20 }] },
    { channel: 10, sessions: 1, scenes: [{ scene: 9999, sessions: 1 }] },
  ]);
});

test('each second and each page falls into one class, its bounds included', () => {
  const stays = Array.from({ length: 102 }, (_, stay_s) => ({ stay_s, access_session_cnt: 1 }));
  expect(groupByStay(stays).map(({ least, most, sessions }) => [least, most, sessions])).toEqual([
    [0, 2, 3],
    [3, 5, 3],
    [6, 10, 5],
    [11, 20, 10],
    [21, 30, 10],
    [31, 50, 20],
    [51, 100, 50],
    [101, Number.POSITIVE_INFINITY, 1],
  ]);
  const depths = Array.from({ length: 12 }, (_, depth) => ({ depth, access_session_cnt: 1 }));
  expect(groupByDepth(depths).map(({ least, sessions }) => [least, sessions])).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 1],
    [5, 1],
    [6, 5],
    [11, 1],
  ]);
});
