import { expect, test } from 'vitest';
import { createScope } from './app-scope.js';
import { CALL_STYLES, type CallStyle } from './call-styles.js';
import { difference } from './log.js';
import { observeCall } from './observed-call.js';
import { ASYNCHRONOUS, OFFICIAL_APIS, resultOf, SYNCHRONOUS } from './official-apis.js';

/** They have events of their own. */
const REQUESTS = ['request', 'uploadFile', 'downloadFile', 'connectSocket'];

function watchingScope(hookApis: string[]) {
  const scope = createScope({ apis: OFFICIAL_APIS, config: { hookApis } });
  scope.startAgent();
  scope.launch();
  return scope;
}

/** What the collector must get for one call of this style: exactly one event, save where nobody could tell an end. */
function expectedEvent(name: string, { end, call, returnsNothing }: CallStyle): string[] {
  const isPromised = end.startsWith('promised');
  const outcome = end === 'thrown' ? 'fail' : end.replace('promised ', '');
  if (!REQUESTS.includes(name)) return [isPromised && resultOf(name) !== 'promise' ? 'unknown' : outcome];
  // Of a socket's end only its task tells.
  if (name === 'connectSocket' && returnsNothing) return ['network_error'];
  const [argument] = call(name).args(() => () => {});
  const isUnseen = isPromised && name !== 'connectSocket' && !(typeof argument === 'object' && argument);
  return isUnseen ? [] : [outcome === 'success' ? 'ok' : 'network_error'];
}

test.each(CALL_STYLES.map((style) => [style.title, style] as const))(
  'every API is the same with the agent as without: %s',
  async (_title, style) => {
    const bare = createScope({ apis: OFFICIAL_APIS });
    const watched = watchingScope(ASYNCHRONOUS);
    const wrong: string[] = [];
    for (const name of ASYNCHRONOUS) {
      const call = style.call(name);
      const [wanted, got] = [
        await observeCall(bare.platform, bare.wx, call, () => bare.clock.advance(10)),
        await observeCall(watched.platform, watched.wx, call, () => watched.clock.advance(10)),
      ];
      const parted = difference(wanted, got);
      if (parted) wrong.push(`${name}: ${parted}`);
    }
    expect(wrong).toEqual([]);

    const reported = new Map<string, string[]>();
    for (const event of watched.sent()) {
      if (event.kind !== 'call' && event.kind !== 'request') continue;
      const name = event.name ?? 'request';
      reported.set(name, [...(reported.get(name) ?? []), event.outcome]);
    }
    const miscounted = ASYNCHRONOUS.filter(
      (name) => String(reported.get(name) ?? []) !== String(expectedEvent(name, style)),
    );
    expect(
      miscounted.map((name) => `${name}: ${reported.get(name) ?? 'no event'}, not ${expectedEvent(name, style)}`),
    ).toEqual([]);
  },
);

test('one options object used 50 times is neither changed nor wrapped deeper each time', () => {
  const { wx, platform, clock, collector } = watchingScope(ASYNCHRONOUS);
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 200;
  const wrong: string[] = [];
  for (const name of ASYNCHRONOUS) {
    const depths = new Set<number>();
    const note = () => void depths.add(new Error().stack?.split('\n').length ?? 0);
    const options = { url: `https://api.test/${name}`, success: note, fail: note };
    const before = { ...options };
    const args = [{ errMsg: `${name}:ok`, statusCode: 200 }];
    for (let i = 0; i < 50; i++) {
      platform.expectCall({
        answer: { tells: [{ callback: 'success', afterMs: 0, args }] },
        log: [],
        holder: wx,
        given: options,
      });
      (wx[name] as (options: object) => void)(options);
    }
    clock.advance(10);
    if (depths.size !== 1) wrong.push(`${name} is called at ${depths.size} depths`);
    if (Reflect.ownKeys(options).some((key) => Reflect.get(options, key) !== Reflect.get(before, key)))
      wrong.push(`${name} changed its options`);
  }
  Error.stackTraceLimit = limit;
  clock.advance(600_000);
  for (const name of ASYNCHRONOUS.filter((name) => !REQUESTS.includes(name))) {
    const count = collector.ofKind('call').filter((event) => event.name === name).length;
    if (count !== 50) wrong.push(`${name} was reported ${count} times`);
  }
  expect(wrong).toEqual([]);
});

test.each(['returns', 'throws'] as const)(
  'every …Sync API is the same with the agent as without when it %s',
  async (ends) => {
    const bare = createScope({ apis: OFFICIAL_APIS });
    const watched = watchingScope(SYNCHRONOUS);
    const result = { result: true };
    const error = new Error('no such key');
    const wrong: string[] = [];
    for (const args of [[], ['key', result], [{ success: result, key: 'a' }], [['key']]]) {
      for (const name of SYNCHRONOUS) {
        const call = {
          name,
          args: () => args,
          answer: ends === 'throws' ? { throws: { error } } : { returns: result },
        };
        const parted = difference(
          await observeCall(bare.platform, bare.wx, call, () => bare.clock.advance(10)),
          await observeCall(watched.platform, watched.wx, call, () => watched.clock.advance(10)),
        );
        if (parted) wrong.push(`${name}: ${parted}`);
      }
    }
    expect(wrong).toEqual([]);
    const outcome = ends === 'throws' ? 'fail' : 'success';
    expect(watched.calls().sort()).toEqual(SYNCHRONOUS.flatMap((name) => Array(4).fill(`${name} ${outcome}`)));
  },
);
