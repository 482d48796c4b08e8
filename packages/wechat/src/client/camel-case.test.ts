import { Type } from 'typebox';
import { expect, expectTypeOf, test } from 'vitest';
import { type CamelKey, camelKey, toCamel, toWire } from './camel-case.js';

test.each([
  ['stay_time_uv', 'stayTimeUv'],
  ['list', 'list'],
  ['errorMsgMd5', 'errorMsgMd5'],
  ['DeviceModel', 'deviceModel'],
  ['MiniProgramInfo', 'miniProgramInfo'],
  ['cost_in_ms', 'costInMs'],
])('%s is %s', (wire, camel) => {
  expect(camelKey(wire)).toBe(camel);
});

test('the types say the same as the values', () => {
  expectTypeOf<CamelKey<'stay_time_uv'>>().toEqualTypeOf<'stayTimeUv'>();
  expectTypeOf<CamelKey<'DeviceModel'>>().toEqualTypeOf<'deviceModel'>();
  const answer = toCamel({ ref_date: '', item_list: [{ page_path: '' }] });
  expectTypeOf(answer).toEqualTypeOf<{ refDate: string; itemList: { pagePath: string }[] }>();
});

test('the way to the wire follows the schema: its names, its order, and nothing besides', () => {
  const schema = Type.Object({
    begin_date: Type.String(),
    errorMsgMd5: Type.Optional(Type.String()),
    page_list: Type.Array(Type.Object({ page_path: Type.String() })),
    limit: Type.Optional(Type.Integer()),
  });
  const value = { pageList: [{ pagePath: 'a' }], errorMsgMd5: 'b', extra: 1, beginDate: 'c', limit: undefined };
  expect(JSON.stringify(toWire(schema, value))).toBe(
    '{"begin_date":"c","errorMsgMd5":"b","page_list":[{"page_path":"a"}]}',
  );
});
