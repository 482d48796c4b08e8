import { expect, test } from 'vitest';
import { createScope } from './app-scope.js';
import { difference } from './log.js';
import { observeCall } from './observed-call.js';
import { ASYNCHRONOUS, OFFICIAL_APIS } from './official-apis.js';
import type { Answer } from './strict-platform.js';

/** Asynchronous all the same; requests have events of their own. */
const NOT_WATCHED = [
  'batchGetStorage',
  'batchSetStorage',
  'clearStorage',
  'closeSocket',
  'connectSocket',
  'createBLEConnection',
  'createBLEPeripheralServer',
  'downloadFile',
  'getStorage',
  'getStorageInfo',
  'hideLoading',
  'hideNavigationBarLoading',
  'hideToast',
  'removeStorage',
  'request',
  'sendSocketMessage',
  'setBackgroundColor',
  'setBackgroundFetchToken',
  'setBackgroundTextStyle',
  'setNavigationBarColor',
  'setNavigationBarTitle',
  'setStorage',
  'showLoading',
  'showNavigationBarLoading',
  'showToast',
  'uploadFile',
];

function starScope() {
  const scope = createScope({ apis: OFFICIAL_APIS, config: { hookApis: '*' } });
  scope.startAgent();
  scope.launch();
  return scope;
}

test('all asynchronous APIs but these are watched by `*`', async () => {
  const scope = starScope();
  for (const name of ASYNCHRONOUS) {
    const args = [{ errMsg: `${name}:ok` }];
    const answer = { tells: [{ callback: 'success' as const, afterMs: 1, args }] };
    const call = { name, args: () => [{ success() {} }], answer };
    await observeCall(scope.platform, scope.wx, call, () => scope.clock.advance(10));
  }
  const watched = new Set(scope.calls().map((call) => call.replace(' success', '')));
  expect(ASYNCHRONOUS.filter((name) => !watched.has(name))).toEqual(NOT_WATCHED);
});

const RESULT = { result: true };
const ERROR = new Error('not on this device');
const OTHERS = OFFICIAL_APIS.filter((name) => !ASYNCHRONOUS.includes(name));

/** All that is not asynchronous, called under `*` and without the agent: where the two part, and the events it left. */
async function callOthers(answer: Answer) {
  const bare = createScope({ apis: OFFICIAL_APIS });
  const watched = starScope();
  const wrong: string[] = [];
  for (const args of [[], ['key', RESULT], [() => RESULT], [{ id: 'a', type: '2d' }]]) {
    for (const name of OTHERS) {
      const call = { name, args: () => args, answer };
      const parted = difference(
        await observeCall(bare.platform, bare.wx, call, () => {}),
        await observeCall(watched.platform, watched.wx, call, () => {}),
      );
      if (parted) wrong.push(`${name}: ${parted}`);
    }
  }
  return { wrong, events: [...new Set(watched.calls())] };
}

test.each([RESULT, undefined, 7])(
  'under `*` whatever is not asynchronous and answers %s does so as without the agent, and leaves no event',
  async (returns) => {
    expect(await callOthers({ returns })).toEqual({ wrong: [], events: [] });
  },
);

test('under `*` whatever is not asynchronous and throws does so as without the agent', async () => {
  expect((await callOthers({ throws: { error: ERROR } })).wrong).toEqual([]);
});

// Its successes leave none: with its failures alone it would seem to fail always.
test('under `*` whatever is not asynchronous leaves no event when it throws either', async () => {
  expect((await callOthers({ throws: { error: ERROR } })).events).toEqual([]);
});
