import type { MonitorConfig } from '@minilens/agent/monitor';
import { createSeededRandom } from '@minilens/simulator/seeded-random';
import { createVirtualClock } from '@minilens/simulator/virtual-clock';
import { DAY_MS, MINUTE_MS, midnightOf } from './calendar.js';
import { createChance } from './chance.js';
import { createVisitor, newcomersOn, stays, visitTimes } from './population.js';
import { createResident, type Resident } from './resident.js';
import { type Story, storyEndingAt } from './story.js';

export interface TrafficOptions {
  /** The last moment anything happens. Unit: ms since the Unix epoch. */
  endAt: number;
  /** Calendar days up to that moment, its own included. */
  days: number;
  seed: number;
  /** The agent bundle as text. */
  agentCode: string;
  /** What the shop gives the agent. */
  config: MonitorConfig;
  story?: Story;
  /** People who know the shop on the first day. */
  visitorsAtStart: number;
  newcomersADay: number;
  /** Told how far the story has come, 0 to 1. */
  onProgress?: (done: number) => void;
}

/** How far the clock moves between two looks at what was sent: little enough to keep few lines, and to show progress. */
const STEP_MS = 10 * MINUTE_MS;

/**
 * The shop's days: thousands of devices on one clock, each running the real agent. Yields the envelopes the agents
 * posted, in order of sending, each as one line for `import`. The same arguments give the same lines.
 */
export function* makeTraffic(options: TrafficOptions): Generator<string> {
  const { endAt, days, seed, agentCode, config, story = storyEndingAt(endAt), onProgress = () => {} } = options;
  const startAt = midnightOf(endAt) - (days - 1) * DAY_MS;
  const clock = createVirtualClock(startAt);
  const chance = createChance(createSeededRandom(seed));
  let lines: string[] = [];
  let nextSeed = seed + 1;

  const town = { story, clock, agentCode, config, collect: (line: string) => void lines.push(line) };
  const settle = (isNew: boolean) => createResident(town, createVisitor(chance, isNew), nextSeed++);

  function expectVisits(resident: Resident, midnight: number, isNew: boolean): void {
    for (const at of visitTimes(chance, resident.visitor, midnight, isNew))
      clock.setTimeout(resident.visit, at - midnight);
  }

  let residents = Array.from({ length: options.visitorsAtStart }, () => settle(false));
  for (let day = 0; day < days; day++) {
    const midnight = startAt + day * DAY_MS;
    const newcomers = Array.from({ length: newcomersOn(chance, day, midnight, options.newcomersADay) }, () =>
      settle(true),
    );
    for (const known of residents) expectVisits(known, midnight, false);
    for (const newcomer of newcomers) expectVisits(newcomer, midnight, true);
    residents = [...residents, ...newcomers].filter(({ visitor }) => stays(chance, visitor));

    const nextMidnight = Math.min(midnight + DAY_MS, endAt);
    while (clock.now() < nextMidnight) {
      clock.advanceTo(Math.min(clock.now() + STEP_MS, nextMidnight));
      const sent = lines;
      lines = [];
      yield* sent;
      onProgress((clock.now() - startAt) / (endAt - startAt));
    }
  }
}
