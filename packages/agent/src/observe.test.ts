import { expect, test } from 'vitest';
import { observe } from './observe.js';

type Definition = Record<string, (...args: unknown[]) => unknown>;

const TAP = { type: 'tap' };

/** The definition with its taps told, and what was told. */
function tapped<T extends object>(definition: T) {
  const taps: string[] = [];
  return { observed: observe(definition, { onShow() {} }, (handler) => taps.push(handler)), taps };
}

test('the result of a handler is the app’s own, even when watching it goes wrong', () => {
  const observed = observe(
    { onLaunch: () => 'own result' },
    {
      onLaunch() {
        throw new Error('ours');
      },
    },
  ) as Definition;
  expect(observed.onLaunch?.()).toBe('own result');
});

test('an observer is told before the handler, in its this and with its arguments', () => {
  const told: unknown[] = [];
  const note = (who: string) =>
    function (this: unknown, ...args: unknown[]) {
      told.push([who, this === observed, args]);
    };
  const observed = observe({ onLoad: note('app') }, { onLoad: note('agent') });
  (observed as Definition).onLoad?.('query', 2);
  expect(told).toEqual([
    ['agent', true, ['query', 2]],
    ['app', true, ['query', 2]],
  ]);
});

test('an exception of a handler stays the app’s own', () => {
  const own = new TypeError('own');
  const observed = observe(
    {
      onShow() {
        throw own;
      },
    },
    { onShow() {} },
  );
  expect(observed.onShow).toThrow(own);
});

test('a missing handler is added to the copy and not to the definition', () => {
  const definition = {};
  const heard: unknown[] = [];
  const observed = observe(definition, { onShow: (argument) => heard.push(argument) }) as Definition;
  expect(observed.onShow?.('options')).toBeUndefined();
  expect(heard).toEqual(['options']);
  expect(definition).toEqual({});
});

test.each(['onShareAppMessage', 'onPageNotFound', 'onLazyLoadError'])(
  '%s changes the app by being there: it is observed where the app has it and never added',
  (name) => {
    const heard: unknown[] = [];
    const observers = { [name]: (argument: unknown) => heard.push(argument) };
    expect(observe({}, observers)).toEqual({});
    const observed = observe({ [name]: () => 'own' }, observers) as Definition;
    expect(observed[name]?.('from')).toBe('own');
    expect(heard).toEqual(['from']);
  },
);

test('inherited handlers are found, and the prototype stays', () => {
  class Base {
    onShow() {
      return 'inherited';
    }
  }
  const heard: unknown[] = [];
  const observed = observe(new Base(), { onShow: () => heard.push('shown') });
  expect(observed).toBeInstanceOf(Base);
  expect((observed as Base).onShow()).toBe('inherited');
  expect(heard).toEqual(['shown']);
});

test('a tap is told by the name of its handler, which keeps its this, arguments and result', () => {
  const seen: unknown[] = [];
  const { observed, taps } = tapped({
    buy(this: unknown, ...args: unknown[]) {
      seen.push(this === observed, args);
      return 'bought';
    },
    share: () => 'an arrow',
    onShow() {},
  });
  expect(observed.buy(TAP, 'more')).toBe('bought');
  expect((observed as Definition).share?.(TAP)).toBe('an arrow');
  expect(seen).toEqual([true, [TAP, 'more']]);
  expect(taps).toEqual(['buy', 'share']);
});

test.each([
  ['another event', [{ type: 'input' }]],
  ['a call by the app', [{ id: 7 }]],
  ['a call with a text', ['tap']],
  ['a call with nothing', []],
  ['a call with null', [null]],
])('%s is no tap', (_name, args) => {
  const { observed, taps } = tapped({ load: (...given: unknown[]) => given });
  expect((observed.load as (...given: unknown[]) => unknown)(...args)).toEqual(args);
  expect(taps).toEqual([]);
});

test('a lifecycle handler that is observed is not told as a tap too', () => {
  const { observed, taps } = tapped({ onShow() {} });
  (observed as Definition).onShow?.(TAP);
  expect(taps).toEqual([]);
});

/** As lodash makes them. */
const debounced = Object.assign(() => {}, { cancel() {}, flush() {} });

/** As TypeScript and Babel write a class for old runtimes. */
const Transpiled = (() => {
  function Cart() {}
  Cart.prototype.add = () => {};
  return Cart;
})();

test.each<[string, unknown]>([
  ['a function with properties of its own', debounced],
  ['a class', class Cart {}],
  [
    'a class with methods',
    class Cart {
      add() {}
    },
  ],
  [
    'a class with a static property',
    class Cart {
      static limit = 1;
      add() {}
    },
  ],
  ['a transpiled class', Transpiled],
  ['an object', { title: 'data' }],
  ['a list', ['behavior']],
  ['a text', 'text'],
  ['a number', 7],
  ['null', null],
  ['nothing', undefined],
])('%s in a definition stays the very same value', (_name, value) => {
  const { observed, taps } = tapped({ value, onShow() {} });
  expect(observed.value).toBe(value);
  expect(Object.keys(observed)).toEqual(['value', 'onShow']);
  expect(taps).toEqual([]);
});

test.each<[string, unknown]>([
  ['a text', 'onShow'],
  ['an object', { handler: 'onShow' }],
])('%s where a handler should be is left there', (_name, onShow) => {
  expect(tapped({ onShow }).observed.onShow).toBe(onShow);
});
