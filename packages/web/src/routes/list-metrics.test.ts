import { expect, test } from 'vitest';
import { ROUTE_SORTS, sortedBy } from './list-metrics';

test.each([
  ['aborts', {}, { sort: 'aborts', order: undefined }],
  ['requests', {}, { sort: undefined, order: 'asc' }],
  ['requests', { sort: 'aborts' }, { sort: undefined, order: undefined }],
  ['aborts', { sort: 'aborts', order: 'asc' as const }, { sort: 'aborts', order: undefined }],
  ['path', {}, { sort: 'path', order: 'asc' }],
  ['path', { sort: 'path', order: 'asc' as const }, { sort: 'path', order: undefined }],
])('a click on %s after %j sorts by %j', (picked, before, after) => {
  expect(sortedBy(picked, ROUTE_SORTS, before)).toEqual(after);
});
