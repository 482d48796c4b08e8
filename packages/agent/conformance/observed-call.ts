import type { Callback, Log } from './log.js';
import type { Answer, AnyFunction, Platform } from './strict-platform.js';

/** A callback of the app's that writes down how it is called. */
export type CallbackMaker = (name: Callback, does?: { throws?: { error: unknown }; answers?: unknown }) => AnyFunction;

export interface Call {
  name: string;
  /** Made anew for every run, because the callbacks write into the log of theirs. */
  args(callback: CallbackMaker): unknown[];
  answer: Answer;
}

/** Makes the call on this platform and writes down all that the app and the platform can see of it. */
export async function observeCall(
  { expectCall }: Pick<Platform, 'expectCall'>,
  holder: Record<string, unknown>,
  { name, args, answer }: Call,
  wait: () => void,
): Promise<Log> {
  const log: Log = [];
  const given = args((callback, does = {}) => {
    return function (this: unknown, ...received) {
      const isOptions = typeof this === 'object' && this !== null && callback in this;
      log.push([callback, isOptions ? 'its options' : this, ...received]);
      if (does.throws) throw does.throws.error;
      return does.answers;
    };
  });
  const [options] = given;
  const before = contents(options);
  expectCall({ answer, log, holder, given: options });
  let result: unknown;
  try {
    result = (holder[name] as AnyFunction)(...given);
    log.push(['returned', result]);
  } catch (error) {
    log.push(['threw', error]);
  }
  if (result instanceof Promise)
    result.then(
      (value) => log.push(['resolved', value]),
      (reason) => log.push(['rejected', reason]),
    );
  wait();
  for (let i = 0; i < 4; i++) await undefined;
  const after = contents(options);
  log.push([
    'options unchanged',
    after.length === before.length && after.every((part, i) => Object.is(part, before[i])),
  ]);
  return log;
}

function contents(options: unknown): unknown[] {
  if (typeof options !== 'object' || options === null) return [options];
  return Reflect.ownKeys(options).flatMap((key) => [key, Reflect.get(options, key)]);
}
