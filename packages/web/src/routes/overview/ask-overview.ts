import type { QueryClient } from '@tanstack/react-query';
import { askedFilters } from '../../filters/filter-search';
import type { ScreenSearch } from '../../panels/screen-head';
import { screenOf } from '../../panels/screen-of';
import { questions } from '../../query/questions';
import { askedRange, chosenRange } from '../../range/range-choice';
import { hoursSoFar, overviewQuestions } from './overview-questions';
import { releaseQuestions } from './release-changes';

interface App {
  appid: string;
  timezone: string;
}

/** What the overview of this address asks: what it shows first, and what changed with the newest release. */
export function questionsOfOverview(
  { app, ...screen }: ReturnType<typeof screenOf<App>>,
  address: ScreenSearch,
  nowMs: number,
) {
  const choice = chosenRange(address);
  const isToday = 'preset' in choice && choice.preset === 'today';
  const comparisons = isToday ? hoursSoFar(app.timezone, nowMs) : undefined;
  return {
    figures: questions(app.appid, overviewQuestions(screen.asked, { ...screen, comparisons })),
    releases: questions(app.appid, releaseQuestions(screen.asked, screen.filters)),
  };
}

/** Asks it before the screen is there. What fails is asked again by the screen, which says so. */
export async function askOverview(queries: QueryClient, app: App, address: ScreenSearch): Promise<void> {
  const nowMs = Date.now();
  const asked = askedRange(chosenRange(address), app.timezone, nowMs);
  const { figures, releases } = questionsOfOverview(screenOf(app, asked, askedFilters(address)), address, nowMs);
  await Promise.all([queries.prefetchQuery(figures), queries.prefetchQuery(releases)]);
}
