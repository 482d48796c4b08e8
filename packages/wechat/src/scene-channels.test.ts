import { expect, test } from 'vitest';
import { SCENE_CHANNELS, sceneChannel } from './scene-channels.js';

test('keys run from 1 without a gap, and no scene is in two channels', () => {
  expect(SCENE_CHANNELS.map(({ key }) => key)).toEqual(Array.from({ length: 57 }, (_, index) => index + 1));
  const scenes = SCENE_CHANNELS.flatMap((channel): readonly number[] => channel.scenes);
  expect(new Set(scenes).size).toBe(scenes.length);
});

test.each([
  [1001, 1],
  [1089, 29],
  [1122, 47],
  [1160, 57],
  [1000, 10],
  [9999, 10],
])('scene %d is counted under channel %d', (scene, key) => {
  expect(sceneChannel(scene)).toBe(key);
});
