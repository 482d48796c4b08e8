import { expect, test } from 'vitest';
import { readDeclarations } from './declarations.js';
import { ASYNCHRONOUS, OFFICIAL_APIS, resultOf, SYNCHRONOUS } from './official-apis.js';

test('the official typings are read to their end', () => {
  expect(OFFICIAL_APIS.length).toBeGreaterThan(480);
  expect(ASYNCHRONOUS.length).toBeGreaterThan(280);
  expect(SYNCHRONOUS.length).toBeGreaterThanOrEqual(15);
});

test.each(['request', 'login', 'scanCode', 'requestPayment', 'chooseMedia', 'setStorage', 'navigateTo', 'showToast'])(
  '%s is found to be asynchronous',
  (name) => {
    expect(ASYNCHRONOUS).toContain(name);
  },
);

test.each(['getStorageSync', 'canIUse', 'onAppShow', 'createSelectorQuery', 'nextTick', 'getWindowInfo'])(
  '%s is found not to be',
  (name) => {
    expect(OFFICIAL_APIS).toContain(name);
    expect(ASYNCHRONOUS).not.toContain(name);
  },
);

test('what a call without callbacks hands back is known', () => {
  expect(['scanCode', 'request', 'openChannelsLive'].map(resultOf)).toEqual(['promise', 'task', 'nothing']);
});

test('declarations are read in whatever form they are written', () => {
  const declarations = readDeclarations([
    `interface Wx {
      /** plain } */ plain(option: Plain): void
      late<
        T extends { a: () => void } & Plain = Plain
      >(option?: T): PromisifySuccessResult<T, Plain>; bare(): 'a{' | "b"
      asProperty: (option: Inherited<string>) => void
      overloaded(text: string): void
      overloaded(option: Aliased): Task
      data: { deep(option: Plain): void }
    }`,
    `interface Wx { second(option: { success?: () => void; fail?(): void }): Promise<void> }
    interface Plain { url: string
      success?: (result: { fail: string }) => void }
    interface Inherited<T = { a: 1 }> extends Plain { fail?: () => void }
    type Aliased = Inherited<string> & { complete?: (result: T) => void }`,
  ]);
  expect(declarations.methods('Wx').map(({ name, returns }) => `${name} ${returns}`)).toEqual([
    'plain void',
    'late PromisifySuccessResult<T, Plain>',
    `bare 'a{' | "b"`,
    'asProperty void',
    'overloaded void',
    'overloaded Task',
    'second Promise<void>',
  ]);
  expect([...declarations.properties('Aliased')].sort()).toEqual(['complete', 'fail', 'success', 'url']);
});
