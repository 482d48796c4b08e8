import type { Filters } from '@minilens/wire/questions';
import { grainOf, rangeBefore } from '../range/range-choice';

/** What a screen asks about: the range, the one before it, the grain of trends, and the filters. */
export const screenOf = <App extends { timezone: string }>(
  app: App,
  asked: { from: string; to: string },
  filters: Filters | undefined,
) => ({
  app,
  asked,
  before: rangeBefore(asked, app.timezone),
  grain: grainOf(asked, app.timezone),
  filters,
});
