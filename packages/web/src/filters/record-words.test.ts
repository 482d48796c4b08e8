import { expect, test } from 'vitest';
import { recordWords } from './record-words';

test('filters become the words of single events, the page under its own name', () => {
  expect(recordWords({ platform: 'ios,android', level: '1', onPage: 'pages/index/index' })).toEqual({
    platform: 'ios,android',
    level: '1',
    page: 'pages/index/index',
  });
  expect(recordWords({})).toEqual({});
});
