import { expect } from 'vitest';
import { createScope, type Scope, type ScopeOptions } from './app-scope.js';
import type { AnyFunction } from './strict-platform.js';

/** All of base library 2.0 that the agent needs. */
export const OLD_APIS = ['request', 'getStorageSync', 'setStorageSync', 'setStorage', 'getSystemInfoSync'];
export const APIS = [...OLD_APIS, 'onAppShow', 'onAppHide', 'scanCode', 'requestPayment', 'previewImage'];

/** The app's own calls: what they answer is the app's to see, whatever the agent could or could not do. */
export function use({ platform, wx, clock }: Scope, name: string, given: object = {}): unknown[] {
  const seen: unknown[] = [];
  const options = {
    url: `https://api.test/${name}`,
    success: (result: unknown) => seen.push(result),
    fail: () => {},
    ...given,
  };
  const result = { errMsg: `${name}:ok`, statusCode: 200 };
  const tells = [{ callback: 'success' as const, afterMs: 1, args: [result] }];
  platform.expectCall({ answer: { tells, returns: 'the platform’s' }, log: [], holder: wx, given: options });
  const returned = (wx[name] as AnyFunction)(options);
  clock.advance(2);
  expect([returned, ...seen]).toEqual(['the platform’s', result]);
  return seen;
}

/** An app with the agent in it, launched. */
export function started(options: Partial<ScopeOptions> = {}) {
  const scope = createScope({ apis: APIS, ...options });
  const monitor = scope.startAgent();
  scope.launch();
  return { ...scope, monitor, hooks: () => monitor.diagnostics()?.hooks ?? {} };
}

/** What the agent sends of an app that uses `scanCode` and `request` once each. */
export function sentOfOneEach(scope: Scope) {
  use(scope, 'scanCode');
  use(scope, 'request');
  return [...scope.calls(), ...scope.requests()];
}

export const ALL = ['scanCode success', '/request ok'];
