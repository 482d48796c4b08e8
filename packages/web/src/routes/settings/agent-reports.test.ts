import type { EventRecord } from '@minilens/wire/records';
import { expect, test } from 'vitest';
import { deviceGroups, missingHooks, newestOfEach, readAgentState } from './agent-reports';

const report = (said: Partial<EventRecord> & { about?: unknown }): EventRecord => {
  const { about, ...rest } = said;
  return {
    at: 1_000,
    receivedAt: 1_000,
    user: 'u1',
    session: 's1',
    n: 1,
    kind: 'agent',
    platform: 'ios',
    system: 'iOS 18.1',
    model: 'iPhone 15',
    wechat: '8.0.54',
    sdk: '3.7.1',
    network: 'wifi',
    version: '2.14.0',
    env: 'release',
    props: JSON.stringify(about ?? {}),
    ...rest,
  };
};

test('of each session only the last report counts, in whatever order they come', () => {
  const [early, late] = [report({ at: 1 }), report({ at: 2 })];
  expect(newestOfEach([early, late, report({ session: 's2' })])).toHaveLength(2);
  expect(newestOfEach([late, early])).toEqual([late]);
});

test('what is no report of an agent reads as one in which all is well', () => {
  const well = { hooks: {}, dropped: {}, state: '' };
  for (const props of ['', 'no JSON', 'null', '[]', '{"hooks":7,"dropped":"x","state":{}}'])
    expect(readAgentState({ props })).toEqual(well);
  expect(readAgentState({ props: '{"hooks":{"a":"absent","b":1},"dropped":{"full":2,"refused":0}}' })).toEqual({
    hooks: { a: 'absent' },
    dropped: { full: 2 },
    state: '',
  });
});

test('a hook is counted by what became of it, with where that is so, the most frequent first', () => {
  const reports = [
    report({ session: 's1', about: { hooks: { request: 'overwritten' } } }),
    report({ session: 's2', at: 5, about: { hooks: { request: 'absent', scanCode: 'absent' } } }),
    report({ session: 's3', at: 9, version: '2.13.2', model: '', about: { hooks: { scanCode: 'absent' } } }),
  ];
  expect(missingHooks(reports)).toEqual([
    {
      name: 'scanCode',
      state: 'absent',
      sessions: 2,
      versions: ['2.13.2', '2.14.0'],
      devices: ['iPhone 15', 'ios'],
      lastAt: 9,
    },
    { name: 'request', state: 'overwritten', sessions: 1, versions: ['2.14.0'], devices: ['iPhone 15'], lastAt: 1_000 },
    { name: 'request', state: 'absent', sessions: 1, versions: ['2.14.0'], devices: ['iPhone 15'], lastAt: 5 },
  ]);
});

test('devices are told apart by version and what they are, those that miss most first', () => {
  const reports = [
    report({ session: 's1', about: { state: 'on', dropped: { full: 2 } } }),
    report({ session: 's2', at: 4_000, about: { state: 'on', dropped: { refused: 3, filtered: 1 } } }),
    report({ session: 's3', user: 'u2', system: 'iOS 17.6', about: { hooks: { a: 'refused' } } }),
  ];
  expect(deviceGroups(reports)).toMatchObject([
    { system: 'iOS 17.6', sessions: 1, missing: ['a: refused'], states: [], dropped: 0 },
    { system: 'iOS 18.1', sessions: 2, users: 1, missing: [], states: ['on'], dropped: 6, lastAt: 4_000 },
  ]);
});
