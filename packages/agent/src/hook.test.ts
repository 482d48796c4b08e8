import { expect, test } from 'vitest';
import { hook, isHooked } from './hook.js';

const original = () => 'original';
const wrap = (inner: () => unknown) => () => `wrapped ${inner()}`;

/** Objects on which `scanCode` is as some device has it. */
const RUNTIMES: [name: string, target: object, state: string][] = [
  ['a plain property', { scanCode: original }, 'hooked'],
  ['an inherited function', Object.create({ scanCode: original }), 'hooked'],
  ['a read-only property', Object.defineProperty({}, 'scanCode', { value: original, configurable: true }), 'hooked'],
  [
    'a getter without setter',
    Object.defineProperty({}, 'scanCode', { get: () => original, configurable: true }),
    'hooked',
  ],
  [
    'an accessor that ignores assignment',
    Object.defineProperty({}, 'scanCode', { get: () => original, set() {}, configurable: true }),
    'hooked',
  ],
  [
    'an accessor that hands out another function than it was given',
    (() => {
      let inner: () => unknown = original;
      return Object.defineProperty({}, 'scanCode', {
        get: () => () => inner(),
        set: (fn) => {
          inner = fn;
        },
        configurable: true,
      });
    })(),
    'hooked',
  ],
  ['a getter for good', Object.defineProperty({}, 'scanCode', { get: () => original }), 'refused'],
  ['a frozen object', Object.freeze({ scanCode: original }), 'refused'],
  [
    'a getter that throws',
    Object.defineProperty({}, 'scanCode', {
      get() {
        throw new Error('not here');
      },
    }),
    'refused',
  ],
  ['nothing', {}, 'absent'],
  ['no function', { scanCode: 'text' }, 'absent'],
];

test.each(RUNTIMES)('%s is dealt with', (_name, target, state) => {
  expect(hook(target, 'scanCode', wrap)).toBe(state);
});

test.each(RUNTIMES.filter(([, , state]) => state === 'hooked'))(
  'a hook over %s is a plain property that others can replace',
  (_name, target) => {
    hook(target, 'scanCode', wrap);
    const found = (target as { scanCode: () => string }).scanCode;
    expect(isHooked(found)).toBe(true);
    expect((target as { scanCode: unknown }).scanCode).toBe(found);
    expect(Object.getOwnPropertyDescriptor(target, 'scanCode')).toMatchObject({
      writable: true,
      configurable: true,
      enumerable: true,
    });
  },
);

test('what is hooked once is not hooked twice', () => {
  const target = { scanCode: original };
  hook(target, 'scanCode', wrap);
  hook(target, 'scanCode', wrap);
  expect(target.scanCode()).toBe('wrapped original');
});
