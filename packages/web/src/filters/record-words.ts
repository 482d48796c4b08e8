import { chosenFilters, type FilterName, type FilterSearch } from './filter-search';

/** The filters of a screen as the words that single events are narrowed by. */
export const recordWords = (search: FilterSearch): { [Name in FilterName]?: string } =>
  Object.fromEntries(Object.entries(chosenFilters(search)).map(([name, values]) => [name, values.join(',')]));
