import type { AgentConfig } from '@minilens/wire/agent-config';
import { expect, test } from 'vitest';
import { configOf, fieldsOf, wrongName } from './agent-config-fields';

test.each<AgentConfig>([
  {},
  { off: true },
  { hookApis: ['*'] },
  { hookApis: [] },
  { hookApis: ['login', 'cloud.callFunction'], sampling: { session: 0.07, call: 0, custom: 1 } },
  { sampling: { request: 0.000001, performance: 0.29, error: 0.57 } },
])('%j comes out of the form as it went in', (config) => {
  expect(configOf(fieldsOf(config))).toEqual(config);
});

test('a form shows percent, and nothing where the app decides', () => {
  expect(fieldsOf({ hookApis: ['login', '*'], sampling: { session: 0.07 } })).toEqual({
    ...{ isOff: false, interfaces: 'all', names: [] },
    shares: { session: 7, call: null, request: null, performance: null, error: null, custom: null },
  });
});

test('names may have wx. before them and be said twice, and what is no name is found', () => {
  const fields = { ...fieldsOf({}), interfaces: 'these' as const, names: ['wx.login', ' login', 'scanCode'] };
  expect(configOf(fields)).toEqual({ hookApis: ['login', 'scanCode'] });
  expect(wrongName(fields.names)).toBeUndefined();
  expect(wrongName(['login', 'scan code'])).toBe('scan code');
  expect(wrongName(['x'.repeat(65)])).toBe('x'.repeat(65));
});
