import type { PushSettings } from '@minilens/wire/push-report';
import { expect, test } from 'vitest';
import { bodyOf, fieldsOf } from './push-settings-body';

const settings: PushSettings = {
  url: 'https://lens.example/push/wx0123456789abcdef',
  upstream: 'https://shop.example/wechat',
  format: 'xml',
  mode: 'safe',
  hasToken: true,
  hasKey: true,
  coverLate: true,
  keepContent: false,
};
const fields = fieldsOf(settings);
const same = { upstream: settings.upstream, format: 'xml', mode: 'safe', coverLate: true, keepContent: false };

test('saving without a change changes nothing, and secrets that were not typed stay', () => {
  expect(bodyOf(fields)).toEqual(same);
});

test('a typed secret is sent without the spaces that copying brings', () => {
  expect(bodyOf({ ...fields, token: ' newToken1 ' })).toEqual({ ...same, token: 'newToken1' });
});

test('a removed secret is sent as null, whatever else was typed', () => {
  expect(bodyOf({ ...fields, removesToken: true, token: 'x', removesKey: true })).toEqual({
    ...same,
    token: null,
    encodingAesKey: null,
  });
});

test('an empty server means that nothing is passed on', () => {
  expect(bodyOf({ ...fieldsOf({ ...settings, upstream: null }), token: '' })).toEqual({ ...same, upstream: null });
  expect(bodyOf({ ...fields, upstream: '  ' })).toMatchObject({ upstream: null });
});
