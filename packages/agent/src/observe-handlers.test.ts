import { expect, test } from 'vitest';
import { observeHandlers } from './observe-handlers.js';

type Definition = Record<string, (...args: unknown[]) => unknown>;

test('the result of a handler is the app’s own, even when watching it goes wrong', () => {
  const observed = observeHandlers(
    { onLaunch: () => 'own result' },
    {
      onLaunch() {
        throw new Error('ours');
      },
    },
  ) as Definition;
  expect(observed.onLaunch?.()).toBe('own result');
});

test('a missing handler is added to the copy and not to the definition', () => {
  const definition = {};
  const heard: unknown[] = [];
  const observed = observeHandlers(definition, { onShow: (_page, argument) => heard.push(argument) }) as Definition;
  expect(observed.onShow?.('options')).toBeUndefined();
  expect(heard).toEqual(['options']);
  expect(definition).toEqual({});
});

test('inherited handlers are found, and the prototype stays', () => {
  class Base {
    onShow() {
      return 'inherited';
    }
  }
  const observed = observeHandlers(new Base(), { onShow() {} });
  expect(observed).toBeInstanceOf(Base);
  expect((observed as Base).onShow()).toBe('inherited');
});

test.each([undefined, null, 'text', 7])('%s is handed back as it came', (definition) => {
  expect(observeHandlers(definition, { onShow() {} })).toBe(definition);
});
