import { expect, test } from 'vitest';
import { askedFilters, chosenFilters, filterSearch, NO_FILTERS, searchOfFilter } from './filter-search';

test('filters go into the address and come back as they were', () => {
  const search = {
    ...searchOfFilter('version', ['1.2.0', '1,5 50%']),
    ...searchOfFilter('page', ['pages/index/index']),
    ...searchOfFilter('level', ['1']),
  };
  const read = filterSearch({ ...search, page: 3 });
  expect(read).toEqual(search);
  expect(chosenFilters(read)).toEqual({ version: ['1.2.0', '1,5 50%'], level: ['1'], page: ['pages/index/index'] });
  expect(askedFilters(read)).toEqual({ version: ['1.2.0', '1,5 50%'], level: [1], page: ['pages/index/index'] });
});

test('what is no filter is dropped, and nothing chosen asks for everything', () => {
  expect(filterSearch({ level: 'high', channel: '3,x,3', platform: '', unknown: 'x', version: 7 })).toEqual({
    channel: '3',
  });
  expect(filterSearch({ version: '%' })).toEqual({ version: '%25' });
  expect(askedFilters({})).toBeUndefined();
});

test('a filter without values, and all at once, are taken out of the address', () => {
  const search = { ...searchOfFilter('env', ['release']), ...searchOfFilter('page', ['a']) };
  expect(chosenFilters({ ...search, ...searchOfFilter('env', []) })).toEqual({ page: ['a'] });
  expect(chosenFilters({ ...search, ...NO_FILTERS })).toEqual({});
});
